"""A masked copy of a short clip of the demo, with the shipped network and with a detector that the test rules."""

import errno
import json
from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from detectors.detection import Box
from detectors.models import Models, load_models
from streams.errors import VideoUnreadable, VideoUnwritable
from streams.remake import Pictures, Remade, Shown
from tests.fakes.persons import Somebody
from vms.bench import masked as masked_bench
from vms.masked.copy import make_masked_copy, sha256_of
from vms.masked.errors import MaskedCancelled, MaskedOverItself
from vms.masked.evaluation import evaluate, read_boxes
from vms.masked.wish import MaskedSettings, MaskedWish, polygon_of
from vms.places import models_folder

DEMO = Path(__file__).parents[4] / "vms" / "demo" / "footage" / "crowd_street.mp4"
LABELLED = Path(__file__).parents[4].parent / "shared" / "footage" / "pedestrians"
#: a picture is shown for so many ticks: no two the same
TICKS = (1, 3, 2, 7)


PERSON = Box(left=200, top=100, right=240, bottom=200)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """16 pictures of the demo's crowd at a rate that varies."""
    path = tmp_path_factory.mktemp("masked") / "clip.mp4"
    pts = 0
    with Remade(path) as remade:
        for number, shown in enumerate(islice(Pictures(DEMO), 60, 76)):
            remade.write(replace(shown, pts=pts, time_base=Fraction(1, 25)))
            pts += TICKS[number % len(TICKS)]
    return path


@pytest.fixture(scope="module")
def models() -> Models:
    return load_models(models_folder())


def _read(path: Path) -> list[Shown]:
    """With planes of their own."""
    return [
        replace(
            shown,
            frame=replace(
                shown.frame, y=shown.frame.y.copy(), u=shown.frame.u.copy(), v=shown.frame.v.copy()
            ),
        )
        for shown in Pictures(path)
    ]


def _times(pictures: list[Shown]) -> list[Fraction]:
    return [shown.pts * shown.time_base for shown in pictures]


def _off(one: Shown, other: Shown, rows: slice, columns: slice) -> float:
    part = (rows, columns)
    return float(np.abs(one.frame.y[part].astype(int) - other.frame.y[part].astype(int)).mean())


def test_nobody_is_found_in_a_masked_copy_of_a_crowd(clip: Path, tmp_path: Path, models: Models) -> None:
    before = models.person.look(_read(clip)[8].frame)
    made = make_masked_copy(clip, tmp_path / "out.mp4", MaskedWish(), models.person)

    assert len(before) >= 3, "the clip shows a crowd"
    assert made.sights >= 3
    for shown in _read(tmp_path / "out.mp4")[::5]:
        assert models.person.look(shown.frame) == ()


def test_every_picture_keeps_its_time_stamp_at_a_rate_that_varies(clip: Path, tmp_path: Path) -> None:
    make_masked_copy(clip, tmp_path / "out.mp4", MaskedWish(watermark="x"), Somebody(PERSON))

    times = _times(_read(clip))
    assert _times(_read(tmp_path / "out.mp4")) == times
    assert len({after - before for before, after in pairwise(times)}) == len(TICKS)


def test_what_is_covered_has_lost_its_detail_and_the_rest_is_as_it_was(clip: Path, tmp_path: Path) -> None:
    make_masked_copy(clip, tmp_path / "out.mp4", MaskedWish(), Somebody(PERSON))

    for original, copy in zip(_read(clip), _read(tmp_path / "out.mp4"), strict=True):
        person = (slice(100, 200), slice(200, 240))
        assert _off(original, copy, *person) > 3
        assert (
            np.abs(np.diff(copy.frame.y[person].astype(int))).mean()
            < 0.35 * np.abs(np.diff(original.frame.y[person].astype(int))).mean()
        )
        assert _off(original, copy, slice(240, 360), slice(0, 640)) < 3
        assert _off(original, copy, slice(0, 360), slice(300, 640)) < 3


def test_the_region_stays_sharp_but_where_a_mask_is(clip: Path, tmp_path: Path) -> None:
    wish = MaskedWish(region=polygon_of("0,0 1,0 1,1 0,1"), masks=(polygon_of("0.5,0 1,0 1,0.5 0.5,0.5"),))
    make_masked_copy(clip, tmp_path / "out.mp4", wish, Somebody(PERSON))

    for original, copy in zip(_read(clip), _read(tmp_path / "out.mp4"), strict=True):
        assert _off(original, copy, slice(100, 200), slice(200, 240)) < 4
        assert copy.frame.y[4:172, 328:636].max() <= 20


def test_the_watermark_is_written_in_chinese(clip: Path, tmp_path: Path) -> None:
    wish = MaskedWish(watermark="王五 2026-11-24 调阅 7f3a2b")
    make_masked_copy(clip, tmp_path / "out.mp4", wish, Somebody(None))
    make_masked_copy(
        clip, tmp_path / "other.mp4", replace(wish, watermark="李四 2026-11-24 调阅 7f3a2b"), Somebody(None)
    )

    original, copy, other = (_read(p)[0] for p in (clip, tmp_path / "out.mp4", tmp_path / "other.mp4"))
    line = (slice(36, 48), slice(0, 20))
    assert _off(original, copy, *line) > 10
    assert _off(copy, other, *line) > 10, "the two names look different: they are not two empty boxes"


def test_the_copy_says_what_it_was_made_from_and_how(clip: Path, tmp_path: Path) -> None:
    import av

    wish = MaskedWish(region=polygon_of("0,0 0.5,0 0.5,1"), watermark="王五")
    made = make_masked_copy(clip, tmp_path / "out.mp4", wish, Somebody(PERSON), original={"segments": ["ab"]})

    with av.open(str(tmp_path / "out.mp4")) as container:
        said = json.loads(container.metadata["comment"])
    assert said == made.statement
    assert said["original"] is False
    assert said["derived_from"] == {"segments": ["ab"], "sha256": sha256_of(clip).hex()}
    assert (said["network"]["name"], said["watermark"]) == ("somebody", "王五")
    assert said["region"] == "0,0 0.5,0 0.5,1"
    assert made.sha256 == sha256_of(tmp_path / "out.mp4")


def test_who_gives_up_leaves_nothing(clip: Path, tmp_path: Path) -> None:
    shares: list[float] = []

    def give_up(share: float) -> bool:
        shares.append(share)
        return share < 0.9

    with pytest.raises(MaskedCancelled):
        make_masked_copy(clip, tmp_path / "out.mp4", MaskedWish(), Somebody(None), on_progress=give_up)
    assert list(tmp_path.iterdir()) == []
    assert shares == sorted(shares)


def test_a_full_disk_leaves_nothing_under_the_name(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("streams.remake.os.fsync", full)
    with pytest.raises(VideoUnwritable, match="No space left"):
        make_masked_copy(clip, tmp_path / "out.mp4", MaskedWish(), Somebody(None))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", [b"", b"no video at all" * 100])
def test_what_is_no_video_is_named(what: bytes, tmp_path: Path) -> None:
    (tmp_path / "in.mp4").write_bytes(what)
    with pytest.raises(VideoUnreadable, match=r"in\.mp4"):
        make_masked_copy(tmp_path / "in.mp4", tmp_path / "out.mp4", MaskedWish(), Somebody(None))
    assert not (tmp_path / "out.mp4").exists()


def test_a_place_that_cannot_be_written_is_told_before_the_work(clip: Path, tmp_path: Path) -> None:
    heard: list[float] = []
    with pytest.raises(VideoUnwritable, match="none"):
        make_masked_copy(
            clip, tmp_path / "none" / "out.mp4", MaskedWish(), Somebody(None), on_progress=heard.append
        )
    assert heard == []


def test_the_original_is_not_overwritten(clip: Path, tmp_path: Path) -> None:
    before = sha256_of(clip)
    with pytest.raises(MaskedOverItself):
        make_masked_copy(clip, clip, MaskedWish(), Somebody(None))
    assert sha256_of(clip) == before


@pytest.mark.skipif(not LABELLED.exists(), reason="the labelled footage is not here")
def test_nine_in_ten_labelled_pedestrians_are_covered(models: Models, tmp_path: Path) -> None:
    """The first seconds only, and few looks: a bound, not the figure."""
    short = tmp_path / "short.mp4"
    with Remade(short) as remade:
        for shown in islice(Pictures(LABELLED / "vtest.avi"), 100):
            remade.write(shown)
    labels = {frame: boxes for frame, boxes in read_boxes(LABELLED / "boxes.csv").items() if frame < 100}
    wish = MaskedWish(settings=MaskedSettings(looks_fps=4))

    measured = evaluate(short, labels, wish, models.person)
    assert measured.persons >= 20
    assert measured.covered / measured.persons >= 0.9
    assert measured.picture_covered < 0.4


def test_the_benchmark_says_what_a_copy_costs(clip: Path) -> None:
    told: list[str] = []
    report = masked_bench.run(clip, Somebody(PERSON), MaskedSettings(), tell=told.append)
    body = report.as_json()
    assert (body["pictures"], len(told)) == (16, 2)
    assert report.masked_s > 0 and report.bare_s > 0
    assert set(body) >= {"ratio", "pictures_per_core_second"}
