"""The measuring processes do what they measure. Their figures are not judged here: a test run has company."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.clock import SystemClock
from tests.fakes.clips import encode_clip
from vms.bench.analyse_table import HEAD
from vms.bench.children import ffmpeg_program, record_with_ffmpeg, record_with_ours, run_module
from vms.bench.readme_block import blocks_in
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

#: of `clip`, in the second and a half that both record for certain
SENT_BYTES = 5_000


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return encode_clip(tmp_path / "clip.mp4", frames=50, gop=10)


async def test_both_recorders_record_what_was_sent(clip: Path) -> None:
    async with SimulatorProcess([SimulatedCamera(path="bench", clip=clip)]) as simulator:
        url = simulator.urls["bench"]
        found = await record_with_ours(url, 2, warm_s=1.5, window_s=1.5)
        assert found["bytes"] > 2 * SENT_BYTES
        assert 0 < found["cpu_s"] < found["wall_s"]
        program = ffmpeg_program()
        if program is None:
            pytest.skip("FFmpeg's program is not installed: imageio-ffmpeg")
        clock = SystemClock()
        found = await record_with_ffmpeg(program, url, 2, warm_s=1.5, window_s=1.5, clock=clock)
        assert found["bytes"] > SENT_BYTES
        assert 0 < found["cpu_s"] < found["wall_s"]


async def test_analysis_and_its_bare_parts_look_at_as_many_frames(clip: Path) -> None:
    async with SimulatorProcess([SimulatedCamera(path="bench", clip=clip)]) as simulator:
        found = await run_module("vms.bench.analysis", simulator.urls["bench"], 4.0, 2.0)
    assert 10 <= float(str(found["frames"])) <= 24
    bare = await run_module("vms.bench.bare", clip, 0.5, 2.0, 8.0, '[["movenet", 192, 320, 1.0]]')
    assert 14 <= float(str(bare["frames"])) <= 18


async def test_cameras_are_watched_and_recorded_as_the_server_does(clip: Path, tmp_path: Path) -> None:
    async with SimulatorProcess([SimulatedCamera(path="bench", clip=clip)]) as simulator:
        url = simulator.urls["bench"]
        found = await run_module("vms.bench.live_cameras", url, 2, tmp_path / "kept", 3.0, 2.0)
    assert float(str(found["recorded_bytes"])) > 2 * SENT_BYTES
    assert 4 <= float(str(found["frames"])) + float(str(found["skipped_late"])) <= 40
    assert float(str(found["resident_bytes"])) > 50e6
    assert {name for name in found if name.startswith("skipped_")} >= {"skipped_asleep", "skipped_budget"}


@pytest.mark.timeout(600)
def test_analyse_measures_all_of_it_and_writes_its_table(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text(
        "before\n<!-- vms bench analyse --write: nothing yet -->\n<!-- end of vms bench analyse -->\nafter\n"
    )
    command = [sys.executable, "-m", "vms.cli", "bench", "analyse", "--quick", "--cameras", "2", "--json"]
    done = subprocess.run(
        [*command, "--write", str(document)], capture_output=True, text=True, check=False, timeout=590
    )
    assert done.returncode == 0, done.stderr
    assert "whole set, naive" in done.stderr
    (line,) = done.stdout.splitlines()
    found = json.loads(line)["analyse"]
    assert [scene["scene"] for scene in found["scenes"]] == ["quiet", "normal", "busy"]
    assert all(scene["cpu_percent"]["median"] > 0 for scene in found["scenes"])
    assert found["overhead"]["ratio"]["median"] > 0.5
    assert found["frames_per_core_s"] > 0
    assert [part["name"] for part in found["naive"]["parts"]] == ["footage", "quiet"]
    assert found["naive"]["whole"]["naive"]["cpu_s"] > found["naive"]["whole"]["house"]["cpu_s"]
    assert found["quick"] is True and found["notes"]
    (block,) = blocks_in(document.read_text("utf-8"))
    assert block.genuine
    assert f"| {' | '.join(HEAD)} |" in block.text


def test_a_document_without_a_place_for_the_table_is_refused_before_anything_is_measured(
    tmp_path: Path,
) -> None:
    document = tmp_path / "README.md"
    document.write_text("nothing here")
    done = subprocess.run(
        [sys.executable, "-m", "vms.cli", "bench", "analyse", "--write", str(document)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "<!-- end of vms bench analyse -->" in done.stderr


@pytest.mark.timeout(300)
def test_the_registry_is_measured_and_written_into_a_document(tmp_path: Path) -> None:
    document = tmp_path / "notes.md"
    begin, end = "<!-- vms bench registry --write: nothing yet -->", "<!-- end of vms bench registry -->"
    document.write_text(f"# Notes\n{begin}\n{end}\n", "utf-8")
    options = [
        "--cameras",
        "200",
        "--requests",
        "4",
        "--live",
        "2",
        "--seconds",
        "1",
        "--write",
        str(document),
        "--json",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "vms.cli", "bench", "registry", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)["registry"]
    assert (report["cameras"], report["units"]) == (200, 133)
    assert [part["rows"] for part in report["imports"]] == [200, 200]
    assert [part["count"] for part in report["lists"]] == [4, 4, 4, 4, 6]
    assert (report["start"]["registered"], report["start"]["owned"]) == (200, 64)
    assert (report["watching"]["cameras"], report["watching"]["live"]) == (2, 2)
    (block,) = blocks_in(document.read_text("utf-8"))
    assert block.genuine and "a page of a text search, 4 requests" in block.text
