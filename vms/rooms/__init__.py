"""Rooms: who is connected, and what they are told, over a WebSocket."""
