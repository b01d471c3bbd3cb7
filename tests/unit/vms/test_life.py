"""Hours of ordinary life: what is watched, what is counted, and that a run that was stopped goes on where it was."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from detectors.detection import Box, Detection, Pose
from detectors.event import ModelFact
from detectors.labels import read_labels
from detectors.memory_store import MemoryStore
from detectors.models import Models
from detectors.settings import DetectorSettings
from streams.frame import Frame
from tests.fakes.clips import encode_clip
from vms.life import Life, LifeOutcome, without_falls
from vms.life_summary import kind_summary, summary_of
from vms.places import models_folder

FACT = ModelFact(name="scripted", sha256="0" * 64)
FALLS_AT_S = 2.4


@dataclass
class Scripted:
    """One person, who stands, or stands and then lies: as networks would see it, whatever the picture shows."""

    falls: bool = False
    fact: ModelFact = FACT
    keypoint_score: float = 0.2
    score: float = 0.45
    looks: list[float] = field(default_factory=list)

    def scale(self, width: int, height: int) -> float:
        return 1.0

    def look(self, frame: Frame, **asked: object) -> tuple[Detection, ...]:
        self.looks.append(frame.pts_s)
        lies = self.falls and frame.pts_s > FALLS_AT_S
        along = np.linspace(0, 1, 17)
        x, y = (80 + 120 * along, np.full(17, 150.0)) if lies else (np.full(17, 100.0), 40 + 120 * along)
        # In the order of COCO the head comes first and the ankles last.
        keypoints = np.stack([x, y, np.full(17, 0.8)], axis=1).astype(np.float32)
        box = Box(
            left=float(x.min() - 15),
            top=float(y.min() - 12),
            right=float(x.max() + 15),
            bottom=float(y.max() + 12),
        )
        return (Detection(box=box, score=0.7, pose=Pose(keypoints=keypoints)),)


class Nobody(Scripted):
    def look(self, frame: Frame, **asked: object) -> tuple[Detection, ...]:
        return ()


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("videos")
    return [
        encode_clip(folder / f"{name}.mp4", frames=150, noise=level) for name, level in (("a", 0), ("b", 9))
    ]


def watched(
    videos: list[Path], pose: Scripted, cache: Path, *, seconds: float = 20.0, seed: int = 1
) -> LifeOutcome:
    life = Life(
        videos=videos,
        models=Models(pose=pose, person=Nobody()),
        store=MemoryStore(cache, models_folder()),
        settings=DetectorSettings(),
        crowd_limit=8,
    )
    return life.run(seconds=seconds, seed=seed)


def test_who_only_stands_is_no_false_alarm_and_the_hours_are_counted(
    videos: list[Path], tmp_path: Path
) -> None:
    outcome = watched(videos, Scripted(), tmp_path)
    assert outcome.of("fall") == outcome.of("person_down") == ()
    assert 20.0 <= outcome.media_s < 28.0
    assert outcome.episodes >= 3


def test_a_fall_that_is_stated_is_a_false_alarm_with_its_episode(videos: list[Path], tmp_path: Path) -> None:
    outcome = watched(videos, Scripted(falls=True), tmp_path)
    falls = outcome.of("fall")
    assert len(falls) == outcome.episodes, "one in each"
    assert [fall.episode.number for fall in falls] == list(range(outcome.episodes))
    figures = kind_summary(outcome, "fall")
    assert figures.a_day == pytest.approx(len(falls) * 86400 / outcome.media_s)
    assert figures.interval is not None
    assert figures.interval[0] < figures.a_day < figures.interval[1]


def test_what_was_watched_is_not_watched_again(videos: list[Path], tmp_path: Path) -> None:
    first, again = Scripted(falls=True), Scripted(falls=True)
    one = watched(videos, first, tmp_path)
    other = watched(videos, again, tmp_path)
    assert first.looks
    assert again.looks == []
    assert [(s.episode, s.event.kind, s.event.media_time_s) for s in one.statements] == [
        (s.episode, s.event.kind, s.event.media_time_s) for s in other.statements
    ]
    assert other.media_s == one.media_s


def test_a_longer_run_begins_with_what_a_shorter_one_watched(videos: list[Path], tmp_path: Path) -> None:
    watched(videos, Scripted(), tmp_path, seconds=10.0)
    pose = Scripted()
    longer = watched(videos, pose, tmp_path, seconds=20.0)
    fresh = Scripted()
    watched(videos, fresh, tmp_path / "elsewhere", seconds=20.0)
    assert 0 < len(pose.looks) < len(fresh.looks)
    assert longer.media_s >= 20.0


def test_all_videos_are_shown_before_one_returns_and_never_alike(videos: list[Path], tmp_path: Path) -> None:
    shown = watched(videos, Scripted(falls=True), tmp_path, seconds=30.0).of("fall")
    pairs = [{fall.episode.video for fall in shown[i : i + 2]} for i in (0, 2)]
    assert pairs == [set(videos)] * 2
    assert len({fall.episode.variation.text for fall in shown}) == len(shown)


def test_another_seed_is_another_life(videos: list[Path], tmp_path: Path) -> None:
    one, other = (
        watched(videos, Scripted(falls=True), tmp_path, seconds=12.0, seed=seed).statements for seed in (1, 2)
    )
    assert [s.episode.variation for s in one] != [s.episode.variation for s in other]


def test_faster_footage_is_sampled_as_often(videos: list[Path], tmp_path: Path) -> None:
    pose = Scripted()
    outcome = watched(videos, pose, tmp_path, seconds=20.0)
    assert len(pose.looks) / outcome.media_s == pytest.approx(8.0, rel=0.1)


def test_only_videos_without_a_labelled_event_are_ordinary_life(tmp_path: Path) -> None:
    for name in ("fall.mp4", "quiet.mp4", "square.mp4"):
        (tmp_path / name).touch()
    (tmp_path / "events.csv").write_text("file,event,start_s,end_s\nfall.mp4,fall,1,2\nquiet.mp4,,,\n")
    (tmp_path / "counts.csv").write_text("file,frame,time_s,count\nsquare.mp4,1,0.1,4\n")
    labels = [read_labels(tmp_path / name) for name in ("events.csv", "counts.csv")]
    assert [path.name for path in without_falls(labels)] == ["quiet.mp4", "square.mp4"]


def test_a_video_named_twice_is_shown_once_a_round(videos: list[Path], tmp_path: Path) -> None:
    outcome = watched([videos[0], videos[0]], Scripted(), tmp_path, seconds=5.0)
    assert outcome.videos == (videos[0],)


def test_no_video_is_no_life(tmp_path: Path) -> None:
    outcome = watched([], Scripted(), tmp_path)
    assert (outcome.media_s, outcome.episodes) == (0.0, 0)
    assert kind_summary(outcome, "fall").interval is None


def test_the_summary_says_plainly_that_it_is_no_field_trial(videos: list[Path], tmp_path: Path) -> None:
    summary = summary_of(watched(videos, Scripted(), tmp_path, seconds=5.0))
    assert summary["field_trial"] is False
    assert "Not a field trial" in str(summary["note"])
    assert summary["falls"] == {
        "false_alarms": 0,
        "per_camera_day": 0.0,
        "per_camera_day_interval": [0.0, pytest.approx(3.6889 * 86400 / _seconds(summary), rel=0.05)],
    }


def _seconds(summary: dict[str, object]) -> float:
    return float(str(summary["hours"])) * 3600
