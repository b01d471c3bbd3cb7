"""The keys that sign what leaves the house and what must not be rewritten."""
