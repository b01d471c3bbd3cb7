"""The HTTP edge: routes, schemas, errors. Everything behind it is called, nothing is decided here."""
