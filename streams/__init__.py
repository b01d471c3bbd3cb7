"""From a camera to packets, and from packets to segments and frames."""
