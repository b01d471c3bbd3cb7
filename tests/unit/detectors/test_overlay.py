from dataclasses import replace

import numpy as np
import pytest

from detectors.occupancy import Occupancy, OccupancyMeter
from detectors.overlay import Overlay, as_jpeg, draw_scene
from detectors.rules.crowd import CrowdRule
from detectors.settings import CrowdSettings
from tests.unit.detectors.clips import plain_frame
from tests.unit.detectors.test_drawing import LYING, STANDING, ZONE, decoded, event, redness, scene_of


def test_who_an_event_is_about_stands_out_for_a_while() -> None:
    frame, overlay = plain_frame(640, 360), Overlay(widest=640)
    scene = scene_of(frame)
    scene = replace(scene, tracks=tuple(replace(track, seen_s=5.0) for track in scene.tracks))
    subject = next(track for track in scene.tracks if track.box == LYING.box)
    before = overlay.draw(frame, scene, [])
    stated = overlay.draw(frame, scene, [event("fall", track=subject.id)])
    later = overlay.draw(frame, replace(scene, media_time_s=9.0), [])
    strip = len(stated) - 360
    red = [redness(picture[strip:], LYING.box) for picture in (before, stated, later)]
    assert red[1] > 1.5 * red[0]
    assert red[2] < red[1]


@pytest.mark.parametrize("size", [(64, 48), (321, 241), (1280, 720)])
def test_a_scene_is_drawn_no_wider_than_asked(size: tuple[int, int]) -> None:
    frame = plain_frame(*size)
    picture = draw_scene(frame, scene_of(frame, (STANDING,)), widest=320)
    assert picture.shape[1] == min(320, size[0])
    assert decoded(as_jpeg(picture, 80)).shape == picture.shape
    assert (frame.y == 128).all()


def test_the_meter_counts_what_the_rule_counts() -> None:
    settings = CrowdSettings(enter_s=0.0)
    zone = replace(ZONE, crowd_limit=1)
    meter, rule = OccupancyMeter(zone, settings), CrowdRule(zones=[zone], settings=settings)
    frame = plain_frame(640, 360)
    for number, persons in enumerate([0, 1, 0, 1, 3, 3, 3, 2, 2]):
        scene = replace(scene_of(frame, (STANDING,) * persons), media_time_s=number / 2)
        occupancy = meter.observe(scene)
        for finding in rule.observe(scene):
            assert occupancy is not None
            assert finding.measurements["count"] == occupancy.count
            break
        else:
            continue
        return
    pytest.fail("the rule never spoke")


def test_the_meter_says_nothing_where_nobody_counted() -> None:
    frame = plain_frame(640, 360)
    assert OccupancyMeter(ZONE, CrowdSettings()).observe(scene_of(frame, None)) is None
    assert OccupancyMeter(ZONE, CrowdSettings()).observe(scene_of(frame, ())) == Occupancy(
        count=0.0, at_least=False
    )
    assert np.all(frame.y == 128)
