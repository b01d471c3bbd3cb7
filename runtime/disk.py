"""What a power cut must not undo: the names of a folder, written to disk."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut: those of files that were made, renamed or linked there."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
