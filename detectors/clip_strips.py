"""Strips of a clip that was analysed before: its frames are decoded again, and kept as a live camera's are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.event import Event, ZoneId
from detectors.kept_frames import LONGEST_S, KeptFrames
from detectors.labels import EventLabel
from detectors.scene import Scene
from detectors.strip import draw_strip, moments_of, spread
from streams.sampler import frames_of_file

#: of a label that was missed, seconds: what is shown from before its start and after its end, and the most in all
_BEFORE_S, _AFTER_S, _STRETCH_S = 1.0, 1.5, LONGEST_S - 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedStrip:
    #: media times, rising; it is drawn at the last
    times: tuple[float, ...]
    #: see draw_strip
    zero_s: float
    subject: int | None = None
    zone_id: ZoneId | None = None


def wanted_of_event(event: Event) -> WantedStrip:
    return WantedStrip(
        times=moments_of(event),
        zero_s=event.media_time_s,
        subject=event.track,
        zone_id=event.zone_id if event.kind == "crowd" else None,
    )


def wanted_of_miss(label: EventLabel, subject: int | None, zone_id: ZoneId | None) -> WantedStrip:
    """From before the labelled start to shortly after its end; the seconds are counted from the start."""
    end_s = min(label.end_s + _AFTER_S, label.start_s + _STRETCH_S)
    times = spread(label.start_s - _BEFORE_S, end_s)
    return WantedStrip(times=times, zero_s=label.start_s, subject=subject, zone_id=zone_id)


def strips_of_clip(
    path: Path, scenes: Sequence[Scene], fps: float, wanted: Sequence[WantedStrip]
) -> list[bytes | None]:
    """One for each of `wanted`, in their order. `scenes` are all of this file, sampled at `fps`. Raises: StreamError."""
    drawn: list[bytes | None] = [None] * len(wanted)
    if not wanted or not scenes:
        return drawn
    by_time = {scene.media_time_s: scene for scene in scenes}
    asked = {_nearest(by_time, time_s) for each in wanted for time_s in each.times}
    due = sorted(range(len(wanted)), key=lambda i: wanted[i].times[-1])
    kept = KeptFrames()
    for frame in frames_of_file(str(path), scenes[0].camera_id, fps):
        scene = by_time.get(frame.pts_s)
        if scene is not None:
            kept.note(frame, scene, always=frame.pts_s in asked)
        while due and frame.pts_s >= _nearest(by_time, wanted[due[0]].times[-1]):
            number = due.pop(0)
            drawn[number] = _drawn(wanted[number], kept)
        if not due:
            break
    return drawn


def _drawn(wanted: WantedStrip, kept: KeptFrames) -> bytes | None:
    return draw_strip(
        kept.nearest(wanted.times), zero_s=wanted.zero_s, subject=wanted.subject, zone_id=wanted.zone_id
    )


def _nearest(times: Iterable[float], time_s: float) -> float:
    return min(times, key=lambda each: abs(each - time_s))
