"""What there is of a camera's recordings, what is missing, and why."""
