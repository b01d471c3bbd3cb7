"""Alerts about the cameras themselves: one for what goes together, grown and shrunk while it lasts, closed by itself."""
