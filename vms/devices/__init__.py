"""Cameras as ONVIF devices: what they say of themselves, and what they are told to do. Never in the way of their video."""
