"""Evidence holds: time ranges of cameras that nothing may delete."""
