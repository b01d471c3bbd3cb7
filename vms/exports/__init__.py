"""Recordings handed out: cut without re-encoding, with all that proves what they are, in the background."""
