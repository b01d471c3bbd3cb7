"""Who did what to what, in a chain that shows every change of it."""
