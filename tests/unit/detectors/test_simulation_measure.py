"""Measuring a network whose errors are known gives those errors; truth is read from what lies beside the clips."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from detectors.detection import Box, Detection, Pose
from detectors.event import ModelFact
from detectors.memory_store import MemoryStore
from detectors.simulation.errors import TruthUnreadable
from detectors.simulation.observation import HELD, LOOK_KINDS, Figures
from detectors.simulation.observation_measure import measure
from detectors.simulation.simulated_network import frames_of, simulated_models
from detectors.simulation.truth import nearest, read_truth, staged_truth
from streams.frame import Frame
from tests.fakes.clips import encode_clip
from tests.unit.detectors.clips import MODELS

LENGTH = 100.0
STATES = ("walking", "falling", "lying")


def keypoints(*, lies: bool = False) -> np.ndarray:
    """(17, 2), LENGTH pixels long, head first."""
    along = np.linspace(0, LENGTH, 17)
    across = 10.0 * (np.arange(17) % 2)
    return np.stack([110 + along, 120 + across] if lies else [160 + across, 40 + along], axis=1)


def write_truth(
    clip: Path, states: tuple[str, ...] = STATES, *, seconds: float = 6.0, people: int = 1
) -> None:
    times = np.arange(0, seconds, 0.1)
    truth = [
        {
            "t": round(float(t), 2),
            "people": [
                {"id": i, "state": state, "kpts": (keypoints(lies=state == "lying") + 30 * i).tolist()}
                for i in range(people)
            ],
        }
        for t, state in ((t, states[min(len(states) - 1, int(t / seconds * len(states)))]) for t in times)
    ]
    clip.with_suffix(".json").write_text(json.dumps(truth))


FACT = ModelFact(name="known", sha256="0" * 64)


@dataclass
class Known:
    """Sees the true body `off` pixels to the right; who lies only in turned crops, and with another score."""

    off: float = 4.0
    fact: ModelFact = FACT
    keypoint_score: float = 0.2
    looks: list[int] = field(default_factory=list)

    def look(self, frame: Frame, **asked: object) -> tuple[Detection, ...]:
        self.looks.append(int(str(asked["size"])))
        lies = frame.pts_s >= 4.0
        if lies and not asked.get("turned"):
            return ()
        points = keypoints(lies=lies)
        low, high = points.min(axis=0) - 5, points.max(axis=0) + 5
        moved = points + np.array([self.off, 0.0])
        pose = np.concatenate([moved, np.full((17, 1), 0.6)], axis=1).astype(np.float32)
        box = Box(left=low[0], top=low[1], right=high[0], bottom=high[1])
        score = 0.3 if lies else 0.2 if asked["size"] == 160 and asked.get("area") is None else 0.6
        return (Detection(box=box, score=score, pose=Pose(keypoints=pose)),)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("clips")
    found = [
        encode_clip(folder / f"{name}.mp4", frames=150, noise=level) for name, level in (("a", 0), ("b", 5))
    ]
    for clip in found:
        write_truth(clip)
    return found


@pytest.fixture(scope="module")
def figures(clips: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return measure(clips, Known(), MemoryStore(tmp_path_factory.mktemp("memory"), MODELS))


def test_known_errors_come_out_as_they_are(figures: Figures) -> None:
    for held, kind in (("upright", "whole"), ("low", "crop_small"), ("lying", "turned_large")):
        look = figures.looks[held][kind]  # type: ignore[index]
        assert look.errors["hips"][10] == pytest.approx(4.0 / LENGTH, abs=1e-3)
        assert look.keypoint_scores["head"][10] == pytest.approx(0.6, abs=1e-3)
        assert look.swapped == 0.0
        assert look.margins[0] == (pytest.approx(5.0 / LENGTH, abs=1e-3), 0.0)


def test_whom_the_network_does_not_see_scores_nothing(figures: Figures) -> None:
    assert figures.looks["lying"]["whole"].scores == (0.0,) * 21
    assert figures.looks["lying"]["turned_small"].scores == (0.3,) * 21
    assert figures.looks["upright"]["whole"].scores == (0.6,) * 21


def test_smaller_people_are_seen_less_well(figures: Figures) -> None:
    assert figures.size_slope["upright"] < -1
    assert figures.size_px == pytest.approx(LENGTH)
    assert figures.ghosts == 0.0


def test_every_stance_and_look_is_measured_and_said_on_how_much(figures: Figures) -> None:
    assert set(figures.looks) == set(HELD)
    assert all(set(looks) == set(LOOK_KINDS) for looks in figures.looks.values())
    sights = sum(figures.looks[held]["whole"].sights for held in HELD)
    assert figures.clips.startswith(f"2 clips, {sights} frames")


def test_measuring_again_asks_the_network_nothing(clips: list[Path], tmp_path: Path) -> None:
    first, again = Known(), Known()
    store = MemoryStore(tmp_path, MODELS)
    one, other = measure(clips, first, store), measure(clips, again, store)
    assert first.looks
    assert again.looks == []
    assert one == other


def test_a_clip_without_truth_and_a_crowd_are_left_out(tmp_path: Path) -> None:
    clip = tmp_path / "a.mp4"
    assert read_truth(clip) is None
    write_truth(clip, people=4)
    assert read_truth(clip) is None
    write_truth(clip, people=3)
    assert read_truth(clip) is not None


@pytest.mark.parametrize("text", ["", "[{}]", '[{"t": 0, "people": [{"id": 1}]}]', "{"])
def test_a_truth_that_cannot_be_read_names_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(TruthUnreadable) as caught:
        read_truth(tmp_path / "a.mp4")
    assert "a.json" in caught.value.message("en")


def test_the_true_bodies_can_be_put_before_the_simulated_network(tmp_path: Path, figures: Figures) -> None:
    clip = tmp_path / "a.mp4"
    write_truth(clip, people=2)
    truth = read_truth(clip)
    assert truth is not None
    staged = staged_truth(truth, 8.0, seed=1)
    assert len(staged.actors) == 2
    assert staged.actors[0].held[0] == "upright"
    assert staged.actors[0].held[-1] == "lying"
    assert staged.actors[1].keypoints[0] == pytest.approx(keypoints() + 30)
    pose = simulated_models(staged, figures, 8.0).pose
    found = [pose.look(frame, size=320) for frame in frames_of(staged)]
    assert found[0]
    assert not found[-1], "who lies is not seen in the whole picture"


def test_the_instant_that_is_nearest_counts(tmp_path: Path) -> None:
    clip = tmp_path / "a.mp4"
    write_truth(clip)
    truth = read_truth(clip)
    assert truth is not None
    assert nearest(truth, 0.04)[0].held == "upright"
    assert nearest(truth, 99.0)[0].held == "lying"
