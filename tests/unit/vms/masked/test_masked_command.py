"""The commands that make masked copies say what they did, and what to do about bad input."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from streams.errors import VideoUnreadable
from tests.fakes.clips import encode_clip
from vms.cli import app
from vms.masked.errors import RegionInvalid


def test_a_copy_is_told_to_programs(tmp_path: Path) -> None:
    clip = encode_clip(tmp_path / "clip.mp4", frames=4)
    done = CliRunner().invoke(
        app, ["masked", str(clip), "--out", str(tmp_path / "out.mp4"), "--watermark", "王五", "--json"]
    )
    assert done.exit_code == 0, done.output
    said = json.loads(done.output)["masked"]
    assert (said["pictures"], said["original"], said["watermark"]) == (4, False, "王五")
    assert (tmp_path / "out.mp4").stat().st_size == said["bytes"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["masked", "none.mp4", "--out", "out.mp4"], VideoUnreadable),
        (["masked", "none.mp4", "--out", "out.mp4", "--region", "0,0 1,1"], RegionInvalid),
        (["masked", "none.mp4"], SystemExit),
        (["export", str(uuid4()), "--region", "0,0 1,0 1,1"], SystemExit),
    ],
)
def test_bad_input_is_told(
    arguments: list[str], error: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code != 0
    assert isinstance(done.exception, error)
    assert list(tmp_path.iterdir()) == []
