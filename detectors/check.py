"""A model tried before it is trusted: loaded as for use, and run once on a grey picture."""

import time
from pathlib import Path

import numpy as np

from detectors.errors import ModelFolderMissing
from detectors.manifest import Manifest, read_manifest
from detectors.onnx_session import OnnxSession

#: pixels of a side where the network takes any
_SIDE = 256


def manifests_in(folder: Path) -> list[Manifest]:
    """Every manifest of the folder, by name of file. Raises: ModelFolderMissing, ManifestUnreadable."""
    if not folder.is_dir():
        raise ModelFolderMissing(path=folder)
    return [read_manifest(path) for path in sorted(folder.glob("*.toml"))]


def run_once(folder: Path, manifest: Manifest) -> float:
    """Milliseconds that one run took. Raises: DetectorError, if the file is not what the manifest says."""
    session = OnnxSession(folder=folder, manifest=manifest)
    picture = np.full((manifest.input.height or _SIDE, manifest.input.width or _SIDE, 3), 128, np.uint8)
    session.run(picture)  # the first run allocates
    started = time.perf_counter()
    session.run(picture)
    return 1000 * (time.perf_counter() - started)
