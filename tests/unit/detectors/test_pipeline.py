"""One channel end to end, with the shipped networks on the synthetic clips of the demo."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from detectors.event import Event, EventKind
from detectors.models import Models
from detectors.pipeline import ChannelPipeline
from detectors.settings import DetectorSettings, PersonDownSettings
from detectors.zones import Zone, ZoneId
from streams.camera import CameraId
from tests.unit.detectors.clips import FOOTAGE, SHARED, START, frames_of, plain_frame

FALL, CROWD, QUIET = (
    FOOTAGE / f"{name}.mp4" for name in ("fall_street_near", "crowd_street", "quiet_street")
)


def square(rules: Sequence[str] = ("crowd",), *, limit: int = 8, right: float = 1.0) -> Zone:
    return Zone.parse(
        id=ZoneId(3),
        name="square",
        polygon=[(0, 0.1), (right, 0.1), (right, 1), (0, 1)],
        rules=rules,
        crowd_limit=limit,
    )


def pipeline(
    models: Models,
    *rules: EventKind,
    zones: Sequence[Zone] = (),
    settings: DetectorSettings = DetectorSettings(),  # noqa: B008
) -> ChannelPipeline:
    return ChannelPipeline(
        camera_id=CameraId(1),
        zones=zones,
        rules=frozenset(rules),
        models=models,
        settings=settings,
    )


def events_of(
    path: Path, channel: ChannelPipeline, *, fps: float = 8.0, from_s: float = 0.0, until_s: float = 1e9
) -> list[Event]:
    frames = frames_of(path, fps=fps, from_s=from_s, until_s=until_s)
    return [event for frame in frames for event in channel.analyse(frame).events]


def test_a_fall_is_one_event_with_its_facts(models: Models) -> None:
    (event,) = events_of(FALL, pipeline(models, "fall", "crowd", zones=[square()]))
    assert (event.kind, event.camera_id, event.zone_id) == ("fall", 1, None)
    assert 4.0 <= event.media_time_s <= 8.0
    assert event.occurred_at == START + timedelta(seconds=event.media_time_s)
    assert [fact.name for fact in event.models] == ["movenet_multipose"]
    assert event.rule_version.startswith("fall-")
    assert event.measurements["fast_drop"] > 0.3


def test_a_fall_outside_the_zone_that_carries_the_rule_is_none(models: Models) -> None:
    assert events_of(FALL, pipeline(models, "fall", zones=[square(["fall"], right=0.2)]), until_s=8) == []


def test_somebody_found_lying_is_an_event_of_the_pose_network(models: Models) -> None:
    soon = DetectorSettings(person_down=PersonDownSettings(dwell_s=2.0))
    channel = pipeline(models, "person_down", settings=soon)
    (event,) = events_of(FALL, channel, from_s=4.5)
    assert (event.kind, event.zone_id, event.level) == ("person_down", None, None)
    assert event.rule_version.startswith("person-down-")
    assert [fact.name for fact in event.models] == ["movenet_multipose"]
    assert event.measurements["lying_s"] >= 2.0


def test_whose_fall_is_stated_is_not_found_lying_too(models: Models) -> None:
    soon = DetectorSettings(person_down=PersonDownSettings(dwell_s=2.0))
    channel = pipeline(models, "fall", "person_down", settings=soon)
    assert [event.kind for event in events_of(FALL, channel)] == ["fall"]


def test_a_crowd_is_stated_as_it_grows_and_is_no_fall(models: Models) -> None:
    event, *more = events_of(CROWD, pipeline(models, "fall", "crowd", zones=[square()]))
    assert event.level == "crowded"
    assert [later.level for later in more if later.kind == "crowd"] == [later.level for later in more]
    assert all(later.rising for later in more)
    assert (event.kind, event.zone_id, event.zone_name, event.track) == ("crowd", 3, "square", None)
    assert event.measurements["count"] > event.measurements["limit"] == 8
    assert [fact.name.removesuffix("_int8") for fact in event.models] == ["nanodet_416"]
    assert event.rule_version.startswith("crowd-")


def test_a_quiet_street_is_no_event(models: Models) -> None:
    assert events_of(QUIET, pipeline(models, "fall", "crowd", zones=[square()])) == []


def test_each_time_the_clip_comes_round_is_a_fall_of_its_own(models: Models) -> None:
    channel = pipeline(models, "fall")
    rounds = []
    for _ in range(2):
        rounds.append(len(events_of(FALL, channel, until_s=7)))
        channel.restart()
    assert rounds == [1, 1]


def test_counts_persons_at_their_own_lower_rate_and_looks_less_while_nobody_is_there(models: Models) -> None:
    channel = pipeline(models, "fall", "crowd", zones=[square()])
    analyses = [channel.analyse(plain_frame(320, 192, at_s=number / 8)) for number in range(16)]
    assert sum(analysis.scene.persons is not None for analysis in analyses) == 2
    assert sum(analysis.inferences for analysis in analyses) == 8 + 2


def test_counts_four_times_a_second_while_somebody_is_there(models: Models) -> None:
    channel = pipeline(models, "crowd", zones=[square()])
    analyses = [channel.analyse(frame) for frame in frames_of(CROWD, fps=8, until_s=3.9)]
    assert 14 <= sum(analysis.scene.persons is not None for analysis in analyses) <= 16


def test_looks_at_every_frame_while_somebody_is_there(models: Models) -> None:
    channel = pipeline(models, "fall")
    analyses = [channel.analyse(frame) for frame in frames_of(FALL, fps=8, until_s=4)]
    assert all(analysis.inferences >= 1 for analysis in analyses[4:])


@pytest.mark.parametrize(
    ("rules", "zones", "fps"),
    [
        (("fall",), (), 8.0),
        (("fall", "crowd"), (square(),), 8.0),
        (("person_down",), (), 8.0),
        (("person_down",), (square(["fall"]),), 8.0),
        (("crowd",), (square(),), 4.0),
        (("crowd",), (), 0.0),
        (("crowd",), (square(["fall"]),), 0.0),
        ((), (square(),), 0.0),
    ],
)
def test_wants_frames_at_the_rate_of_its_rules(
    models: Models, rules: tuple[EventKind, ...], zones: tuple[Zone, ...], fps: float
) -> None:
    channel = pipeline(models, *rules, zones=zones)
    assert channel.wanted_fps == fps
    if not fps:
        assert channel.analyse(plain_frame(64, 64)).inferences == 0


def test_a_new_run_may_begin_before_the_last_ended(models: Models) -> None:
    channel = pipeline(models, "fall", "crowd", zones=[square()])
    channel.analyse(plain_frame(64, 64, at_s=1000.0))
    channel.restart()
    assert channel.analyse(plain_frame(64, 64, at_s=0.0)).inferences == 2


@pytest.mark.skipif(
    not (SHARED / "footage" / "falls").is_dir(), reason="the real footage lies beside the project"
)
@pytest.mark.parametrize("name", ["Subject1_Fall_15", "Subject2_Fall_13"])
def test_a_real_fall_is_one_event(models: Models, name: str) -> None:
    path = SHARED / "footage" / "falls" / f"{name}.mp4"
    assert [event.kind for event in events_of(path, pipeline(models, "fall"))] == ["fall"]
