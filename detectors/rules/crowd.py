"""`crowd`: how full a zone is. One finding per change of level, from the level that is worth an alert until it is clear again.

A zone is busy, crowded or dangerous by its count (shares of its limit) or, where its ground was measured, by persons per
square metre. What is below the level that raises is not stated, unless it is the way down from there: so that one
alert rises and falls with the crowd. A place that hovers at a mark states nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from detectors.curves import Trail
from detectors.event import LEVELS, Finding, Level
from detectors.levels import LevelWatch, Step
from detectors.occupancy import Occupancy, OccupancyMeter
from detectors.scene import Scene
from detectors.settings import CrowdSettings
from detectors.zones import Zone

VERSION = "crowd-2"


@dataclass(slots=True, kw_only=True)
class _Watch:
    """What is known about one zone."""

    zone: Zone
    #: None before anybody counted
    last: Occupancy | None = None
    #: None: the count decides, not the density
    area_m2: float | None
    meter: OccupancyMeter
    levels: LevelWatch
    #: what was compared with the marks
    trail: Trail = field(default_factory=Trail)
    #: an alert was raised and the zone has not been clear since
    stated: bool = False


class CrowdRule:
    def __init__(self, *, zones: Sequence[Zone], settings: CrowdSettings) -> None:
        self._raises = LEVELS.index(settings.raise_at)
        self._watches = [_watch(zone, settings) for zone in zones if "crowd" in zone.rules]

    def observe(self, scene: Scene) -> tuple[Finding, ...]:
        """What this scene adds; nothing where the counting network did not look."""
        findings = (self._observe_zone(scene, watch) for watch in self._watches)
        return tuple(finding for finding in findings if finding is not None)

    @property
    def is_clear(self) -> bool:
        """Whether no zone is anything but clear."""
        return all(watch.levels.level == "clear" for watch in self._watches)

    def restart(self) -> None:
        """A new run: media time begins again. A zone keeps its level, or a reconnect would state it twice."""
        for watch in self._watches:
            watch.meter.restart()
            watch.levels.restart()
            watch.trail.restart()

    def _observe_zone(self, scene: Scene, watch: _Watch) -> Finding | None:
        if not scene.is_on("crowd", watch.zone.id):
            return _close(watch)
        occupancy = watch.meter.observe(scene)
        if occupancy is None:
            return None
        watch.last = occupancy
        value = occupancy.count / (watch.area_m2 or 1.0)
        watch.trail.note(scene.media_time_s, value)
        step = watch.levels.observe(value, scene.media_time_s)
        if step is None:
            return None
        if step.rising:
            watch.stated = watch.stated or LEVELS.index(step.after) >= self._raises
        told = watch.stated
        watch.stated = told and step.after != "clear"
        return _finding(watch, occupancy, value, step) if told else None


def _close(watch: _Watch) -> Finding | None:
    """The zone's hours have ended: it counts as clear, and what was stated eases, whoever still stands there."""
    before, stated, occupancy = watch.levels.level, watch.stated, watch.last
    watch.levels.level, watch.stated, watch.last = "clear", False, None
    watch.meter.restart()
    watch.levels.restart()
    if not stated or occupancy is None:
        return None
    value = occupancy.count / (watch.area_m2 or 1.0)
    step = Step(before=before, after="clear", mark=watch.levels.marks["busy"], held_s=0.0)
    finding = _finding(watch, occupancy, value, step)
    return replace(finding, score=0.5, measurements={**finding.measurements, "hours_ended": 1.0})


def marks_of(zone: Zone, settings: CrowdSettings) -> Mapping[Level, float]:
    """What each level is reached above: persons per square metre where the ground was measured, else persons."""
    if zone.ground is not None:
        return {
            "busy": settings.busy_density,
            "crowded": settings.crowded_density,
            "dangerous": settings.dangerous_density,
        }
    return {
        "busy": settings.busy_share * zone.crowd_limit,
        "crowded": float(zone.crowd_limit),
        "dangerous": settings.dangerous_share * zone.crowd_limit,
    }


def _watch(zone: Zone, settings: CrowdSettings) -> _Watch:
    levels = LevelWatch(
        marks=marks_of(zone, settings),
        leave_share=settings.leave_share,
        enter_s=settings.enter_s,
        leave_s=settings.leave_s,
    )
    return _Watch(zone=zone, area_m2=zone.area_m2, meter=OccupancyMeter(zone, settings), levels=levels)


def _finding(watch: _Watch, occupancy: Occupancy, value: float, step: Step) -> Finding:
    beyond = value / step.mark - 1.0 if step.rising else 1.0 - value / step.mark
    return Finding(
        kind="crowd",
        zone_id=watch.zone.id,
        zone_name=watch.zone.name,
        track=None,
        score=round(min(1.0, max(0.0, 0.5 + beyond)), 3),
        measurements=_measured(watch, occupancy, step),
        level=step.after,
        rising=step.rising,
        curves=(watch.trail.curve("persons_per_m2" if watch.area_m2 else "count", limit=step.mark),),
    )


def _measured(watch: _Watch, occupancy: Occupancy, step: Step) -> dict[str, float]:
    measured = {"count": round(occupancy.count, 1), "held_s": round(step.held_s, 2)}
    if watch.area_m2 is None:
        measured |= {"limit": float(watch.zone.crowd_limit), "mark": round(step.mark, 2)}
    else:
        measured |= {
            "area_m2": round(watch.area_m2, 1),
            "persons_per_m2": round(occupancy.count / watch.area_m2, 2),
            "mark_per_m2": round(step.mark, 2),
        }
    return measured | ({"at_least": 1.0} if occupancy.at_least else {})
