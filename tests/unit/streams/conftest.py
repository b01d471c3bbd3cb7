"""Clips that many tests read and none changes: encoded once a session."""

from pathlib import Path

import pytest

from tests.fakes.clips import encode_clip

FRAMES, RATE, GOP = 100, 25, 10


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def h264(clips: Path) -> Path:
    """4 s, 25 frames a second, a keyframe every 0.4 s."""
    return encode_clip(clips / "h264.mp4", frames=FRAMES, rate=RATE, gop=GOP)


@pytest.fixture(scope="session")
def hevc(clips: Path) -> Path:
    return encode_clip(clips / "hevc.mp4", codec="hevc", frames=FRAMES, rate=RATE, gop=GOP)


@pytest.fixture(scope="session")
def b_frames(clips: Path) -> Path:
    return encode_clip(clips / "b_frames.mp4", frames=FRAMES, rate=RATE, gop=GOP, b_frames=2)
