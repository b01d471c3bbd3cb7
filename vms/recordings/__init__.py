"""Recordings as they are: disk, database and content compared, and the chain through them walked."""
