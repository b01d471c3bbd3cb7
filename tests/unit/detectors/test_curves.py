"""Curves show what the rule measured: values against postures worked out by hand, never too many, marks of the settings."""

import pytest

from detectors.curves import MOST_POINTS, Trail, curve_of, fall_curves
from detectors.event import Curve, Finding
from detectors.posture import Posture
from detectors.rules.crowd import CrowdRule
from detectors.rules.fall import FallRule
from detectors.settings import CrowdSettings, FallSettings
from detectors.zones import Zone
from tests.unit.detectors.figures import LIES, STANDS, Story, at, scenes_of
from tests.unit.detectors.test_crowd import FPS, MEASURED, PLACE, crowd_of, scene

SETTINGS = FallSettings()


def posture(at_s: float, *, top: float, height: float, width: float = 40, **seen: float | None) -> Posture:
    measured: dict[str, float | None] = {"shoulder_y": None, "hip_height": None, "trunk_deg": None} | seen
    return Posture(at_s=at_s, top=top, height=height, width=width, trunk=0.0, **measured)  # type: ignore[arg-type]


#: a body of 100 pixels that stands, is half way down, and lies; the last without a trunk
DOWN = (
    posture(1.0, top=100, height=100, shoulder_y=120, hip_height=50, trunk_deg=2.04),
    posture(1.5, top=150, height=50, width=60, shoulder_y=160, hip_height=20, trunk_deg=61.0),
    posture(2.0, top=180, height=20, width=90),
)


def by_name(curves: tuple[Curve, ...]) -> dict[str, Curve]:
    return {curve.name: curve for curve in curves}


def test_a_fall_is_told_in_shares_of_the_upright_height() -> None:
    curves = by_name(fall_curves(DOWN, 100.0, SETTINGS))
    assert all(curve.at_s == (1.0, 1.5, 2.0) for curve in curves.values())
    assert curves["height"].values == (1.0, 0.5, 0.2)
    assert curves["trunk_deg"].values == (2.0, 61.0, None)
    assert curves["aspect"].values == (0.4, 1.2, 4.5)
    assert curves["hips"].values == (0.5, 0.2, None)
    # 50 of the top and 40 of the shoulders in half a second; then 30 of the top, the shoulders being hidden.
    assert curves["fast_drop"].values == (0.0, 0.45, 0.3)


def test_each_curve_bears_the_mark_of_the_settings() -> None:
    settings = FallSettings(
        down_height=0.5, upright_deg=30, least_fast_drop=0.3, down_aspect=1.1, most_hips=0.4
    )
    marks = {curve.name: curve.limit for curve in fall_curves(DOWN, 100.0, settings)}
    assert marks == {"height": 0.5, "trunk_deg": 30, "fast_drop": 0.3, "aspect": 1.1, "hips": 0.4}


def finding_of(story: Story) -> Finding:
    rule = FallRule(zones=(), settings=SETTINGS, keypoint_score=0.2)
    (found,) = [finding for scene in scenes_of(story) for finding in rule.observe(scene)]
    return found


def test_a_finding_and_its_curves_say_the_same() -> None:
    found = finding_of([(0, at(200, STANDS)), (3, at(280, STANDS)), (3.7, at(300, LIES)), (7, at(300, LIES))])
    curves = by_name(found.curves)
    assert max(value for value in curves["fast_drop"].values if value is not None) == pytest.approx(
        found.measurements["fast_drop"], abs=0.002
    )
    assert curves["height"].values[-1] == pytest.approx(found.measurements["height"], abs=0.02)
    assert curves["trunk_deg"].values[-1] == pytest.approx(found.measurements["trunk_deg"], abs=1)
    began, ended = curves["height"].at_s[0], curves["height"].at_s[-1]
    assert 3 < ended - began <= SETTINGS.memory_s


def test_no_curve_has_too_many_points_and_none_loses_its_end() -> None:
    for number in (0, 1, MOST_POINTS, MOST_POINTS + 1, 1234):
        curve = curve_of("x", [(float(i), float(i)) for i in range(number)], limit=None)
        assert len(curve.at_s) == len(curve.values) <= MOST_POINTS
        assert list(curve.at_s) == sorted(curve.at_s)
        assert curve.at_s[-1:] == ((number - 1,) if number else ())


def test_a_trail_remembers_half_a_minute_and_forgets_at_a_new_run() -> None:
    trail = Trail()
    for quarter in range(400):
        trail.note(quarter / 4, quarter % 7)
    curve = trail.curve("count", limit=8.0)
    assert (curve.at_s[-1], curve.values[-1], curve.limit) == (99.75, 399 % 7, 8.0)
    assert 28 <= curve.at_s[-1] - curve.at_s[0] <= 30
    trail.restart()
    trail.note(0.5, 3)
    assert trail.curve("count", limit=None).at_s == (0.5,)


def crowd_findings(place: Zone, counts: list[int]) -> list[Finding]:
    rule = CrowdRule(zones=[place], settings=CrowdSettings())
    scenes = (scene(number / FPS, crowd_of(count)) for number, count in enumerate(counts))
    return [finding for each in scenes for finding in rule.observe(each)]


def test_a_crowd_shows_its_count_against_the_mark_it_went_beyond() -> None:
    (found,) = crowd_findings(PLACE, [4] * 10 + [12] * 10)
    (curve,) = found.curves
    assert (curve.name, curve.limit) == ("count", 10.0)
    assert curve.values[:10] == (4.0,) * 10
    assert set(curve.values[10:]) == {12.0}
    assert curve.at_s[-1] - curve.at_s[10] == found.measurements["held_s"]


def test_a_crowd_on_measured_ground_shows_persons_per_square_metre() -> None:
    (found,) = crowd_findings(MEASURED, [16] * 20)
    (curve,) = found.curves
    assert (curve.name, curve.limit) == ("persons_per_m2", CrowdSettings().crowded_density)
    assert set(curve.values) == {4.0}
