"""Pure functions of scenes: no clock, no I/O, no network. Time is the scene's media time."""
