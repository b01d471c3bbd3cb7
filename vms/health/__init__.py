"""How the cameras are and were, and whether this server is ready."""
