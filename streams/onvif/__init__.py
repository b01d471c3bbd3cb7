"""ONVIF: cameras found and asked what they are, over protocols that nobody vouches for."""
