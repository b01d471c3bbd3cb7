"""The registry of cameras: units, what is known of each camera, its versions, and sheets of thousands."""
