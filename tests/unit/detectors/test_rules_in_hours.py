"""What rules state at the border of their hours: nothing outside; a crowd eases to clear; who lies there is found."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from detectors.detection import Detection
from detectors.event import EventKind, Finding
from detectors.hours import Hours
from detectors.models import Models
from detectors.pipeline import ChannelPipeline
from detectors.rules.crowd import CrowdRule
from detectors.rules.fall import FallRule
from detectors.rules.person_down import PersonDownRule
from detectors.scene import Scene
from detectors.settings import CrowdSettings, DetectorSettings, FallSettings, PersonDownSettings
from detectors.timetable import Timetable
from detectors.zones import Zone, ZoneId
from streams.camera import CameraId
from tests.unit.detectors.clips import plain_frame
from tests.unit.detectors.figures import LIES, STANDS, START, scenes_of
from tests.unit.detectors.test_crowd import PLACE, crowd_of, during, levels, scene

#: a Sunday, 8:00
assert START.hour == 8
WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def told(
    rule: object, scenes: Iterable[Scene], off_from: datetime, off_until: datetime
) -> list[tuple[float, Finding]]:
    """What the rule states of scenes, of which those in between are out of its hours, in zones and picture alike."""
    observe = rule.observe  # type: ignore[attr-defined]
    off = frozenset(
        (kind, zone) for kind in ("fall", "person_down", "crowd") for zone in (None, PLACE.id, ZoneId(2))
    )
    return [
        (each.media_time_s, finding)
        for each in scenes
        for finding in observe(replace(each, off=off) if off_from <= each.wall < off_until else each)
    ]  # fmt: skip


def seconds(count: float) -> datetime:
    return START + timedelta(seconds=count)


def crowds(counts: Sequence[int]) -> list[Scene]:
    return [scene(number / 2.0, crowd_of(count)) for number, count in enumerate(counts)]


NEVER = seconds(1e6)


def test_an_open_crowd_eases_to_clear_when_its_hours_end_whoever_stands_there() -> None:
    rule = CrowdRule(zones=[PLACE], settings=CrowdSettings())
    found = told(rule, crowds(during(60, 14)), seconds(30), NEVER)
    assert levels(found) == ["up crowded", "down clear"]
    at_s, finding = found[-1]
    assert at_s == 30.0 and finding.measurements["hours_ended"] == 1.0
    assert finding.measurements["count"] == 14 and not finding.rising
    assert rule.is_clear


def test_a_crowd_that_is_still_there_when_hours_begin_is_stated_after_its_usual_time() -> None:
    rule = CrowdRule(zones=[PLACE], settings=CrowdSettings())
    found = told(rule, crowds(during(60, 14)), seconds(10), seconds(40))
    assert levels(found) == ["up crowded", "down clear", "up crowded"]
    assert 43.0 <= found[-1][0] <= 44.0  # three seconds above the mark, as ever


def test_a_crowd_outside_its_hours_is_none() -> None:
    rule = CrowdRule(zones=[PLACE], settings=CrowdSettings())
    assert told(rule, crowds(during(30, 14)), START, NEVER) == []


def test_a_crowd_that_was_not_stated_does_not_ease() -> None:
    rule = CrowdRule(zones=[PLACE], settings=CrowdSettings())
    assert told(rule, crowds(during(30, 9)), seconds(20), NEVER) == []


FALLS = [(0.0, STANDS), (2.0, STANDS), (2.5, LIES), (40.0, LIES)]


def test_a_fall_outside_the_hours_is_none_and_not_made_up_for_later() -> None:
    rule = FallRule(zones=[], settings=FallSettings(), keypoint_score=0.2)
    assert told(rule, scenes_of(FALLS), START, seconds(20)) == []
    again = FallRule(zones=[], settings=FallSettings(), keypoint_score=0.2)
    assert len(told(again, scenes_of(FALLS), seconds(20), NEVER)) == 1


def test_who_lies_there_when_the_hours_begin_is_found_at_once() -> None:
    rule = PersonDownRule(zones=[], settings=PersonDownSettings(), keypoint_score=0.2)
    ((at_s, finding),) = told(rule, scenes_of([(0.0, LIES), (40.0, LIES)]), START, seconds(30))
    assert finding.kind == "person_down" and at_s == pytest.approx(30.0, abs=0.3)


def test_of_two_zones_the_one_that_is_on_has_the_fall() -> None:
    first, second = (
        Zone.parse(id=ZoneId(number), name=str(number), polygon=WHOLE, rules=["fall"]) for number in (1, 2)
    )
    rule = FallRule(zones=[first, second], settings=FallSettings(), keypoint_score=0.2)
    off: frozenset[tuple[EventKind, ZoneId | None]] = frozenset({("fall", ZoneId(1))})
    found = [
        finding for each in scenes_of(FALLS) for finding in rule.observe(replace(each, off=off))
    ]  # fmt: skip
    assert [finding.zone_id for finding in found] == [2]


class Counted:
    """Networks that see nobody, and count how often they looked."""

    keypoint_score = 0.2
    score = 0.3

    def __init__(self) -> None:
        self.looks = 0

    def look(self, *_: object, **__: object) -> list[Detection]:
        self.looks += 1
        return []

    def scale(self, *_: object) -> float:
        return 1.0


class TwoNetworks:
    def __init__(self) -> None:
        self.pose, self.person = Counted(), Counted()


def channel(networks: TwoNetworks, **hours: str) -> ChannelPipeline:
    return ChannelPipeline(
        camera_id=CameraId(1),
        zones=[PLACE],
        rules=frozenset({"fall", "crowd"}),
        models=cast(Models, networks),
        settings=DetectorSettings(),
        hours={cast(EventKind, rule): Hours.parse(text) for rule, text in hours.items()},
    )


def test_a_network_whose_rules_are_all_off_does_not_run() -> None:
    networks = TwoNetworks()
    pipeline = channel(networks, fall="20:00-22:00")
    frames = [
        replace(plain_frame(64, 36, at_s=number * 1.0), wall=START + timedelta(hours=hour))
        for number, hour in enumerate((0, 0, 0, 12.5, 12.5))
    ]
    for frame in frames[:3]:
        pipeline.analyse(frame)
        pipeline.scout(frame)
    assert (networks.pose.looks, networks.person.looks) == (0, 6)
    for frame in frames[3:]:
        pipeline.analyse(frame)
    assert networks.pose.looks == 2


def test_the_scene_says_which_rules_are_off() -> None:
    pipeline = channel(TwoNetworks(), fall="20:00-22:00")
    analysis = pipeline.analyse(replace(plain_frame(64, 36), wall=START))
    assert not analysis.scene.is_on("fall", None) and analysis.scene.is_on("crowd", PLACE.id)
    assert Timetable(rules={"fall"}, hours={}, zones=[]).off_at(START) == frozenset()
