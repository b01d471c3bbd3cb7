"""The application that joins streams, detectors and alerts, and shows them to people."""
