"""From frames to detections, tracks, scenes and events."""
