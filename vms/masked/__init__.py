"""Copies of recordings for release: people blurred, private parts black, a watermark; marked as derived."""
