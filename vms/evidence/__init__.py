"""A package of evidence: what is in it, and how anybody verifies it without this server."""
