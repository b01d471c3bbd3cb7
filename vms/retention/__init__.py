"""What is deleted when its time is over, or when the disk is full; and what was."""
