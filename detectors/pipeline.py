"""One channel: frame -> detections -> tracks -> scene -> events. Synchronous; a thread lends itself for one frame.

It neither decodes nor waits nor stores. What it is given it analyses: who calls chooses the frames, at `wanted_fps`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from uuid import uuid4

from detectors.detection import Detection
from detectors.event import Event, EventId, EventKind, Finding
from detectors.hours import Hours
from detectors.models import Models
from detectors.person_tracker import PersonTracker
from detectors.rules import crowd, fall, person_down
from detectors.scene import Scene
from detectors.second_look import SecondLooks
from detectors.settings import DetectorSettings
from detectors.timetable import Off, Timetable
from detectors.tracker import Track, Tracker
from detectors.zones import Zone
from streams.camera import CameraId
from streams.frame import Frame

_VERSIONS: Mapping[EventKind, str] = {
    "fall": fall.VERSION,
    "person_down": person_down.VERSION,
    "crowd": crowd.VERSION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What came of one frame."""

    scene: Scene
    events: tuple[Event, ...]
    #: how often a network was run
    inferences: int


class ChannelPipeline:
    """The rules of one channel. One thread at a time; many pipelines share one Models."""

    def __init__(
        self,
        *,
        camera_id: CameraId,
        zones: Sequence[Zone],
        rules: frozenset[EventKind],
        models: Models,
        settings: DetectorSettings,
        hours: Mapping[EventKind, Hours] | None = None,
        time_zone: tzinfo = UTC,
    ) -> None:
        """`rules` are those of the channel; a zone counts for those of them that it carries. `hours`: when they are on.

        `fall` and `person_down` read the whole picture if no zone carries them. `crowd` needs a zone that does.
        """
        self._timetable = Timetable(rules=rules, hours=hours or {}, zones=zones, time_zone=time_zone)
        self._camera_id = camera_id
        self._zones = tuple(zones)
        self._models = models
        self._settings = settings
        self._tracker = Tracker(settings.tracker)
        self._second_looks = SecondLooks(settings)
        self._fall = self._person_down = self._crowd = None
        if "fall" in rules:
            self._fall = fall.FallRule(
                zones=zones, settings=settings.fall, keypoint_score=models.pose.keypoint_score
            )
        if "person_down" in rules:
            self._person_down = person_down.PersonDownRule(
                zones=zones, settings=settings.person_down, keypoint_score=models.pose.keypoint_score
            )
        self._persons = PersonTracker(settings.persons, sure=models.person.score)
        if "crowd" in rules and any("crowd" in zone.rules for zone in zones):
            self._crowd = crowd.CrowdRule(zones=zones, settings=settings.crowd)
        #: media time of the last look of either network
        self._looked_s: float | None = None
        self._counted_s: float | None = None

    @property
    def wanted_fps(self) -> float:
        """Frames a second that it wants; 0 where no rule has anything to do."""
        if self._follows:
            return self._settings.fall_fps
        return self._settings.crowd_fps if self._crowd else 0.0

    @property
    def busy(self) -> bool:
        """Whether somebody is followed, or a place is not clear yet: every frame that is wanted is then needed."""
        somebody = not self._tracker.idle or not self._persons.idle
        return somebody or (self._crowd is not None and not self._crowd.is_clear)

    def scout(self, frame: Frame) -> bool:
        """Whether anybody is in the picture whom a rule would follow. Nothing is remembered of it."""
        off = self._timetable.off_at(frame.wall)
        if self._follows_now(off) and self._models.pose.look(frame, size=self._settings.pose_size):
            return True
        return self._counts_now(off) and bool(self._models.person.look(frame))

    @property
    def _follows(self) -> bool:
        """Whether any rule reads tracks."""
        return self._fall is not None or self._person_down is not None

    def _follows_now(self, off: Off) -> bool:
        on = self._timetable.on
        return bool((self._fall and on("fall", off)) or (self._person_down and on("person_down", off)))

    def _counts_now(self, off: Off) -> bool:
        return self._crowd is not None and self._timetable.on("crowd", off)

    def restart(self) -> None:
        """A new run: PTS starts again, and who was followed is forgotten."""
        self._tracker.restart()
        self._second_looks.restart()
        self._persons.restart()
        self._looked_s = self._counted_s = None
        for rule in (self._fall, self._person_down, self._crowd):
            if rule:
                rule.restart()

    def analyse(self, frame: Frame) -> Analysis:
        """Frames come in the order of their PTS; between two runs comes `restart`."""
        off = self._timetable.off_at(frame.wall)
        tracks, pose_runs = self._follow(frame) if self._follows_now(off) else self._follow_nobody()
        persons = self._count(frame, off) if self._crowd else None
        scene = Scene(
            camera_id=self._camera_id,
            media_time_s=frame.pts_s,
            wall=frame.wall,
            width=frame.width,
            height=frame.height,
            zones=self._zones,
            tracks=tracks,
            persons=persons,
            person_scale=self._models.person.scale(frame.width, frame.height),
            off=off,
        )
        return Analysis(scene=scene, events=self.judge(scene), inferences=pose_runs + (persons is not None))

    def judge(self, scene: Scene) -> tuple[Event, ...]:
        """What the rules state of a scene: of this pipeline, or of one that follows people in the same way."""
        return tuple(self._stamped(finding, scene) for finding in self._findings(scene))

    def _findings(self, scene: Scene) -> tuple[Finding, ...]:
        falls = self._fall.observe(scene) if self._fall else ()
        downs = self._person_down.observe(scene, falls) if self._person_down else ()
        crowds = self._crowd.observe(scene) if self._crowd else ()
        return (*falls, *downs, *crowds)

    def _follow_nobody(self) -> tuple[tuple[Track, ...], int]:
        """No rule is on that follows people: who was followed is forgotten."""
        if not self._tracker.idle:
            self._tracker.restart()
            self._second_looks.restart()
        return (), 0

    def _follow(self, frame: Frame) -> tuple[tuple[Track, ...], int]:
        """The tracks after this frame, and how often the pose network ran."""
        if self._tracker.idle and not _due(self._looked_s, frame.pts_s, self._settings.idle_fps):
            return (), 0
        self._looked_s = frame.pts_s
        detections = list(self._models.pose.look(frame, size=self._settings.pose_size))
        missing = self._tracker.missing(detections, frame.pts_s)
        found, looks = self._second_looks.look(frame, self._models.pose, missing, detections)
        return self._tracker.update([*detections, *found], frame.pts_s), 1 + looks

    def _count(self, frame: Frame, off: Off) -> tuple[Detection, ...] | None:
        """Persons are counted at their own, lower rate; None in between, and where no zone has its hours."""
        if not self._counts_now(off):
            if not self._persons.idle:
                self._persons.restart()
            return None
        fps = self._settings.crowd_idle_fps if self._persons.idle else self._settings.crowd_fps
        if not _due(self._counted_s, frame.pts_s, fps):
            return None
        self._counted_s = frame.pts_s
        seen = self._models.person.look(frame, least=self._persons.least)
        return self._persons.update(seen, frame.pts_s, width=frame.width, height=frame.height)

    def _stamped(self, finding: Finding, scene: Scene) -> Event:
        by_pose = finding.kind != "crowd"
        return Event(
            id=EventId(uuid4()),
            camera_id=scene.camera_id,
            kind=finding.kind,
            zone_id=finding.zone_id,
            zone_name=finding.zone_name,
            track=finding.track,
            score=finding.score,
            media_time_s=scene.media_time_s,
            occurred_at=scene.wall,
            rule_version=_VERSIONS[finding.kind],
            models=((self._models.pose if by_pose else self._models.person).fact,),
            measurements=finding.measurements,
            level=finding.level,
            rising=finding.rising,
            curves=finding.curves,
        )


def _due(last_s: float | None, now_s: float, fps: float) -> bool:
    """Whether the next of `fps` looks a second is due; a little early is better than a frame late."""
    return last_s is None or now_s < last_s or now_s - last_s >= 0.9 / fps
