"""From frames to detections, tracks, scenes and events. What for, in which words and why so: README.md beside this."""
