"""What people look at after an evaluation, one by one: each event that was stated and each that was missed, with its strip.

The curves of an event come with it. Of a miss they are measured here, as the rule would have: of whom was most in sight.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.clip_strips import WantedStrip, strips_of_clip, wanted_of_event, wanted_of_miss
from detectors.curves import curve_of, fall_curves
from detectors.evaluation import Answer, ClipScore
from detectors.event import Curve, Event
from detectors.labels import EventLabel
from detectors.misses import explain_miss
from detectors.outcome import FalseAlarm, Miss, Stated
from detectors.posture import read_posture
from detectors.rules.fall import is_upright
from detectors.rules.person_down import lying_curves, read_sight
from detectors.scene import Scene
from detectors.settings import DetectorSettings
from detectors.tracker import Track
from detectors.zones import Zone

#: seconds around a label of which the curves of a miss are drawn
_BEFORE_S, _AFTER_S = 2.0, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    stated: tuple[Stated, ...]
    misses: tuple[Miss, ...]
    false_alarms: tuple[FalseAlarm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMaker:
    """Of the clips of one evaluation."""

    settings: DetectorSettings
    keypoint_score: float
    tolerance_s: float
    zone: Zone
    #: frames a second that were analysed
    fps: float
    #: whether clips are decoded again for strips
    pictures: bool

    def cases(
        self, score: ClipScore, scenes: Sequence[Scene], counts: Sequence[tuple[float, float]]
    ) -> Cases:
        """`scenes` are all of the clip; `counts`: media time and persons. Raises: StreamError."""
        shown, subjects = score.events, [self._subject(each.label, scenes) for each in score.missed]
        strips = self._strips(
            score,
            scenes,
            [wanted_of_event(event) for event in shown]
            + [
                wanted_of_miss(each.label, subject, self.zone.id if each.label.kind == "crowd" else None)
                for each, subject in zip(score.missed, subjects, strict=True)
            ],
        )
        events = list(zip(shown, strips, strict=False))
        false = {id(event) for event in score.false_alarms}
        return Cases(
            stated=tuple(
                Stated(clip=score, event=event, answer=_answered(score, event), strip=strip)
                for event, strip in events
                if id(event) not in false
            ),
            misses=tuple(
                self._miss(score, answer, scenes, counts, subject, strip)
                for answer, subject, strip in zip(score.missed, subjects, strips[len(shown) :], strict=True)
            ),
            false_alarms=tuple(
                FalseAlarm(clip=score, event=event, strip=strip)
                for event, strip in events
                if id(event) in false
            ),
        )

    def _strips(
        self, score: ClipScore, scenes: Sequence[Scene], wanted: Sequence[WantedStrip]
    ) -> list[bytes | None]:
        if not self.pictures:
            return [None] * len(wanted)
        return strips_of_clip(score.clip.path, scenes, self.fps, wanted)

    def _miss(
        self,
        score: ClipScore,
        answer: Answer,
        scenes: Sequence[Scene],
        counts: Sequence[tuple[float, float]],
        subject: int | None,
        strip: bytes | None,
    ) -> Miss:
        causes = explain_miss(
            answer.label,
            scenes,
            media_s=score.media_s,
            settings=self.settings,
            keypoint_score=self.keypoint_score,
            tolerance_s=self.tolerance_s,
        )
        curves = self._curves(answer.label, scenes, counts, subject)
        return Miss(clip=score, answer=answer, causes=causes, strip=strip, curves=curves)

    def _subject(self, label: EventLabel, scenes: Sequence[Scene]) -> int | None:
        """The track that was most in sight about the label; None where nobody was, or of a crowd."""
        if label.kind == "crowd":
            return None
        sights = Counter(
            track.id
            for scene in _about(label, scenes)
            for track in scene.tracks
            if track.seen_s == scene.media_time_s
        )
        return max(sights, key=lambda track: (sights[track], -track)) if sights else None

    def _curves(
        self,
        label: EventLabel,
        scenes: Sequence[Scene],
        counts: Sequence[tuple[float, float]],
        subject: int | None,
    ) -> tuple[Curve, ...]:
        if label.kind == "crowd":
            points = [(at_s, count) for at_s, count in counts if _is_about(label, at_s)]
            limit = float(self.zone.crowd_limit)
            return (curve_of("count", points, limit=limit, digits=1),) if points else ()
        tracks = _sights_of(_about(label, scenes), subject)
        if not tracks:
            return ()
        if label.kind == "person_down":
            down = self.settings.person_down
            return lying_curves([read_sight(track, down, self.keypoint_score) for track in tracks], down)
        postures = [
            read_posture(track.seen_s, track.box, track.pose, self.keypoint_score)
            for track in tracks
            if track.pose
        ]
        upright = [p.height for p in postures if is_upright(p, self.settings.fall)]
        return fall_curves(postures, max(upright or [p.height for p in postures]), self.settings.fall)


def _sights_of(scenes: Sequence[Scene], subject: int | None) -> list[Track]:
    return [
        track
        for scene in scenes
        for track in scene.tracks
        if track.id == subject and track.seen_s == scene.media_time_s and track.pose is not None
    ]


def _answered(score: ClipScore, event: Event) -> Answer | None:
    return next((answer for answer in score.answers if answer.event is event), None)


def _about(label: EventLabel, scenes: Sequence[Scene]) -> list[Scene]:
    return [scene for scene in scenes if _is_about(label, scene.media_time_s)]


def _is_about(label: EventLabel, at_s: float) -> bool:
    return label.start_s - _BEFORE_S <= at_s <= label.end_s + _AFTER_S
