"""What the benchmark shows its cameras and its loops."""

from pathlib import Path

import av
import numpy as np
import pytest

from detectors.labels import read_labels
from streams.duration import declared_duration_s
from tests.fakes.clips import encode_clip, number_on
from vms.bench import footage, scenes
from vms.bench.clip import GOP, RATE, SMALL, encode, repeat
from vms.bench.errors import FootageUnusable
from vms.bench.footage import QUIET, SHIPPED, find_footage
from vms.demo.cameras import FOOTAGE


@pytest.fixture
def small_scenes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of half a minute of encoding."""
    clip = encode_clip(tmp_path / "quiet-test.mp4", frames=50)
    monkeypatch.setattr(footage, "scene_clip", lambda _scene, quick: clip)
    monkeypatch.setattr(footage, "kept_clip", lambda name: tmp_path / f"{name}.mp4")


def test_the_shipped_clips_are_labelled_one_and_all() -> None:
    labelled = {clip.name for clip in read_labels(SHIPPED).clips}
    assert labelled == {path.name for path in FOOTAGE.glob("*.mp4")}


@pytest.mark.usefixtures("small_scenes")
def test_without_footage_the_shipped_clips_are_taken_and_a_quiet_street_as_long() -> None:
    *clips, quiet = find_footage(())
    assert [clip.clip.name for clip in clips] == [clip.name for clip in read_labels(SHIPPED).clips]
    assert {clip.part for clip in clips} == {"footage"}
    assert (quiet.part, quiet.judged, quiet.clip.events) == (QUIET, True, ())
    others_s = sum(declared_duration_s(str(clip.clip.path)) or 0 for clip in clips)
    assert others_s <= (declared_duration_s(str(quiet.clip.path)) or 0) < others_s + 2.1


@pytest.mark.usefixtures("small_scenes")
def test_labels_make_a_part_that_is_named_for_their_folder_and_a_video_one_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "falls"
    folder.mkdir()
    encode_clip(folder / "a.mp4", frames=25)
    video = encode_clip(tmp_path / "yard.mp4", frames=25)
    (folder / "labels.csv").write_text("file,event,start_s,end_s\na.mp4,fall,0.1,0.5\n", "utf-8")
    falls, yard, quiet = find_footage([folder / "labels.csv", video])
    assert (falls.part, falls.rules, falls.judged) == ("falls", {"fall"}, True)
    assert (yard.part, yard.judged) == ("yard", False)
    assert yard.rules > {"fall", "crowd"}
    assert quiet.part == QUIET


@pytest.mark.usefixtures("small_scenes")
def test_counts_judge_no_events(tmp_path: Path) -> None:
    encode_clip(tmp_path / "a.mp4", frames=25)
    (tmp_path / "counts.csv").write_text("file,frame,time_s,count\na.mp4,5,0.2,0\n", "utf-8")
    counted, _quiet = find_footage([tmp_path / "counts.csv"])
    assert not counted.judged
    assert counted.rules == {"fall", "crowd"}


def test_what_cannot_be_measured_with_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(FootageUnusable, match=r"nothing\.mp4.*no such file"):
        find_footage([tmp_path / "nothing.mp4"])
    text = tmp_path / "text.mp4"
    text.write_text("this is no video", "utf-8")
    with pytest.raises(FootageUnusable, match="no video"):
        find_footage([text])


def test_a_quiet_street_changes_in_its_clock_only_and_people_are_in_the_others() -> None:
    def changed(scene: scenes.Scene, first: int, second: int) -> float:
        pictures = scenes._pictures(scene)
        taken = [picture for number, picture in enumerate(pictures) if number in (first, second)]
        differs = np.abs(taken[0].astype(int) - taken[1].astype(int)).max(axis=2) > 30
        differs[:30, :220] = False
        return float(differs.mean())

    assert changed("quiet", 10, 300) == 0.0
    assert changed("normal", 10, 300) == 0.0
    assert changed("normal", 10, 420) > 0.005
    assert changed("busy", 10, 300) > 0.02


def test_the_clock_of_a_quiet_street_moves_every_second() -> None:
    pictures = list(scenes._pictures("quiet"))
    assert len(pictures) == RATE * scenes.LOOP_S
    assert np.array_equal(pictures[0], pictures[RATE - 1])
    assert not np.array_equal(pictures[0], pictures[RATE])


def test_a_still_picture_is_sent_with_grain_that_costs_bits_in_every_frame(tmp_path: Path) -> None:
    target = tmp_path / "still.mp4"
    grey = np.full((90, 160, 3), 120, np.uint8)
    encode([grey] * (2 * GOP), target, SMALL)
    with av.open(str(target)) as container:
        sent = [(packet.size, packet.is_keyframe) for packet in container.demux(video=0) if packet.size]
    assert [number for number, (_, keyframe) in enumerate(sent) if keyframe] == [0, GOP]
    assert len(sent) == 2 * GOP
    assert np.median([size for size, keyframe in sent if not keyframe]) > 500


def test_a_clip_is_repeated_whole_and_in_order(tmp_path: Path) -> None:
    clip = encode_clip(tmp_path / "clip.mp4", frames=20, gop=10)
    repeat(clip, tmp_path / "long.mp4", 2.0)
    with av.open(str(tmp_path / "long.mp4")) as container:
        shown = [(round((frame.time or 0) * 25), number_on(frame)) for frame in container.decode(video=0)]
    assert shown == [(number, number % 20) for number in range(60)]
