"""Recordings shown to people: playlists over recorded files, and strips of small pictures."""
