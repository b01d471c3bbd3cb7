"""How long a file says it is: good enough for a progress bar, and for nothing else."""

import av


def declared_duration_s(path: str) -> float | None:
    """Seconds, or None where the file does not say or cannot be opened."""
    try:
        with av.open(f"file:{path}") as container:
            return container.duration / av.time_base if container.duration else None
    except (av.FFmpegError, ValueError):
        return None
