"""A remembered pass says exactly what a live one says, and what is remembered belongs to what was seen."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.detection import Box, Detection
from detectors.event import EventKind, ModelFact
from detectors.memory_store import MemoryStore
from detectors.models import Models
from detectors.pipeline import Analysis, ChannelPipeline
from detectors.remembered import KEY_WIDTH, Cost, Memory, NotRemembered, stamps_of
from detectors.settings import DetectorSettings
from detectors.zones import Zone, ZoneId
from streams.camera import CameraId
from streams.sampler import frames_of_file
from tests.unit.detectors.clips import FOOTAGE, MODELS, plain_frame

CAMERA = CameraId(0)
FALL = FOOTAGE / "fall_street_near.mp4"
EVERYWHERE = Zone.parse(
    id=ZoneId(0), name="zone", polygon=[(0, 0), (1, 0), (1, 1), (0, 1)], rules=["crowd"], crowd_limit=1
)
RULES: frozenset[EventKind] = frozenset({"fall", "crowd"})


def pipeline_of(models: Models, settings: DetectorSettings) -> ChannelPipeline:
    return ChannelPipeline(
        camera_id=CAMERA, zones=[EVERYWHERE], rules=RULES, models=models, settings=settings
    )


def live(models: Models, settings: DetectorSettings) -> list[Analysis]:
    pipeline = pipeline_of(models, settings)
    return [pipeline.analyse(frame) for frame in frames_of_file(str(FALL), CAMERA, pipeline.wanted_fps)]


def remembered(models: Models, settings: DetectorSettings, memory: Memory) -> list[Analysis]:
    pipeline = pipeline_of(memory.models(models), settings)
    return [pipeline.analyse(frame) for frame in memory.frames(CAMERA)]


def plain(detection: Detection) -> object:
    keypoints = detection.pose.keypoints.tobytes() if detection.pose else None
    return detection.box, detection.score, keypoints


def told(analyses: list[Analysis]) -> list[object]:
    """All that came of it, without the ids, which are drawn."""
    return [
        (
            [(track.id, track.seen_s, plain(track)) for track in analysis.scene.tracks],
            None if analysis.scene.persons is None else [plain(person) for person in analysis.scene.persons],
            [replace(event, id=None) for event in analysis.events],
            analysis.scene.wall,
        )
        for analysis in analyses
    ]


@pytest.fixture(scope="module")
def seen(models: Models) -> Memory:
    """The memory of one pass over a clip in which somebody falls."""
    memory = Memory()
    pipeline = pipeline_of(memory.models(models), DetectorSettings())
    frames = frames_of_file(str(FALL), CAMERA, pipeline.wanted_fps)
    memory.stamps = stamps_of([pipeline.analyse(frame).scene for frame in frames])
    return memory


def test_a_remembered_pass_equals_a_live_one_to_the_last_bit(
    models: Models, seen: Memory, tmp_path: Path
) -> None:
    settings = DetectorSettings()
    store = MemoryStore(tmp_path, MODELS)
    store.save("key", seen)
    analyses = live(models, settings)
    expected = told(analyses)
    assert {event.kind for analysis in analyses for event in analysis.events} >= {"fall"}
    loaded = store.load("key")
    assert told(remembered(models, settings, loaded)) == expected
    assert loaded.computed == 0 < loaded.recalled


@pytest.mark.parametrize("least", [0.1, 0.9])
def test_other_thresholds_give_what_a_full_run_with_them_gives(
    models: Models, seen: Memory, least: float
) -> None:
    changed = DetectorSettings.model_validate({"fall": {"least_fast_drop": least}})
    assert told(remembered(models, changed, seen)) == told(live(models, changed))


def test_a_look_that_was_never_taken_is_not_made_up(models: Models, seen: Memory) -> None:
    with pytest.raises(NotRemembered):
        remembered(models, DetectorSettings(pose_size=256), seen)


def test_what_depends_on_a_look_keeps_looks_apart(models: Models) -> None:
    memory, frame = Memory(), plain_frame(320, 192)
    looking = memory.models(models)
    area = Box(left=0, top=0, right=100, bottom=100)
    for _ in range(2):
        looking.pose.look(frame, size=192)
        looking.pose.look(frame, size=256)
        looking.pose.look(frame, size=192, least=0.01)
        looking.pose.look(frame, size=192, area=area)
        looking.pose.look(frame, size=192, area=area.grown(1))
        looking.pose.look(replace(frame, pts_s=1.0), size=192)
        looking.person.look(frame)
    assert (memory.computed, memory.recalled) == (7, 7)


def test_a_memory_without_a_look_is_a_memory(tmp_path: Path) -> None:
    store = MemoryStore(tmp_path / "deep" / "er", MODELS)
    cost = Cost(cpu_s=1.5, wall_s=0.75, frames=3, media_s=0.4)
    store.save("key", Memory(stamps=(), costs={"x": cost}))
    assert store.load("key") == Memory(stamps=(), costs={"x": cost})
    assert store.load("none") == Memory()


def test_the_mass_of_a_density_map_is_remembered(tmp_path: Path) -> None:
    box = Box(left=0, top=0, right=8, bottom=8)
    looks = {
        bytes(8 * KEY_WIDTH): (Detection(box=box, score=1.0, weight=0.25), Detection(box=box, score=0.5))
    }
    store = MemoryStore(tmp_path, MODELS)
    store.save("key", Memory(stamps=(), looks=looks))
    (found,) = store.load("key").looks.values()
    assert [(detection.score, detection.weight) for detection in found] == [(1.0, 0.25), (0.5, 1.0)]


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_damaged_memory_is_forgotten(
    tmp_path: Path, seen: Memory, damage: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    store = MemoryStore(tmp_path, MODELS)
    store.save("key", seen)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if damage is None else damage)
    assert store.load("key") == Memory()
    assert "memory forgotten" in caplog.text


def test_the_key_names_video_sampling_and_networks(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(b"one")
    models = tmp_path / "models"
    models.mkdir()
    (models / "x.toml").write_text("score = 0.4")
    store = MemoryStore(tmp_path / "cache", models)
    keys = [store.key(video, 8.0), store.key(video, 4.0)]
    video.write_bytes(b"two")
    keys.append(store.key(video, 8.0))
    (models / "x.toml").write_text("score = 0.5")
    keys.append(MemoryStore(tmp_path / "cache", models).key(video, 8.0))
    assert len(set(keys)) == 4
    assert MemoryStore(tmp_path / "cache", models).key(video, 8.0) == keys[3]


def test_another_network_of_the_same_folder_is_another_memory(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    video.write_bytes(b"one")
    facts = [ModelFact(name="yard", sha256="ab"), ModelFact(name="yard", sha256="cd")]
    keys = {MemoryStore(tmp_path, MODELS, asked=[fact]).key(video, 8.0) for fact in facts}
    assert len(keys) == 2


def test_what_is_loaded_has_the_types_that_were_saved(tmp_path: Path, seen: Memory) -> None:
    store = MemoryStore(tmp_path, MODELS)
    store.save("key", seen)
    looks = store.load("key").looks
    assert [list(map(plain, found)) for found in looks.values()] == [
        list(map(plain, found)) for found in seen.looks.values()
    ]
    poses = [d.pose for found in looks.values() for d in found if d.pose]
    assert all(pose.keypoints.dtype == np.float32 for pose in poses)
