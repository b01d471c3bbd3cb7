"""A frame with everything drawn that the pipeline made of it: zones, boxes, poses, numbers of tracks, where they came from.

For people who want to see what was analysed; the snapshot that goes with an alert is in drawing.
"""

from collections import deque
from collections.abc import Collection, Sequence

import cv2
import numpy as np

from detectors.drawing import Colour, Picture, captioned, draw_person, draw_zone, place, shrunk
from detectors.event import Event
from detectors.scene import Scene
from detectors.tracker import Track, TrackId
from streams.frame import Frame

_SUBJECT: Colour = (40, 40, 230)
_COUNTED: Colour = (180, 170, 120)
_WHITE: Colour = (255, 255, 255)
#: of tracks, taken in turn: blue, green, red
_COLOURS: tuple[Colour, ...] = (
    (230, 180, 60),
    (110, 200, 80),
    (60, 190, 250),
    (220, 120, 200),
    (200, 210, 90),
    (130, 150, 250),
)
#: seconds for which an event stays written on the video, and for which a track draws where it was
_SHOWN_S = 3.0
_TRAIL_S = 4.0


def draw_scene(
    frame: Frame, scene: Scene, *, subjects: Collection[TrackId | int] = (), widest: int
) -> Picture:
    """BGR, at most `widest` pixels wide. Who is not seen on this very frame is drawn thin, without a pose."""
    scale = min(1.0, widest / frame.width)
    picture = shrunk(frame, scale)
    for zone in scene.zones:
        draw_zone(picture, zone, chosen=False)
    for person in scene.persons or ():
        draw_person(picture, person, scale, _COUNTED, weight=1)
    for track in scene.tracks:
        seen = track.seen_s == scene.media_time_s
        chosen = track.id in subjects
        colour = _SUBJECT if chosen else _COLOURS[track.id % len(_COLOURS)]
        draw_person(picture, track, scale, colour, weight=2 if seen else 1, posed=seen)
        _number(picture, track, scale, colour)
    return picture


def as_jpeg(picture: Picture, quality: int) -> bytes:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as JPEG")
    return data.tobytes()


class Overlay:
    """The pictures of one run, one after another: it remembers where tracks were and what was just stated."""

    def __init__(self, *, widest: int) -> None:
        self._widest = widest
        self._trail: deque[tuple[float, Track]] = deque()
        self._stated: list[Event] = []

    def draw(self, frame: Frame, scene: Scene, events: Sequence[Event]) -> Picture:
        """BGR, with a caption above the picture."""
        now = scene.media_time_s
        self._stated = [event for event in self._stated if now - event.media_time_s <= _SHOWN_S] + list(
            events
        )
        subjects = {event.track for event in self._stated if event.track is not None}
        picture = draw_scene(frame, scene, subjects=subjects, widest=self._widest)
        self._draw_trail(picture, scene, min(1.0, self._widest / frame.width))
        if self._stated:
            height, width = picture.shape[:2]
            cv2.rectangle(picture, (0, 0), (width - 1, height - 1), _SUBJECT, 6)
        return captioned(picture, self._caption(scene))

    def _draw_trail(self, picture: Picture, scene: Scene, scale: float) -> None:
        now = scene.media_time_s
        self._trail.extend((now, track) for track in scene.tracks if track.seen_s == now)
        while self._trail and now - self._trail[0][0] > _TRAIL_S:
            self._trail.popleft()
        for track in scene.tracks:
            feet = [place(past.box.foot, scale) for _, past in self._trail if past.id == track.id]
            line = np.array(feet, np.int32).reshape(-1, 1, 2)
            cv2.polylines(picture, [line], False, _COLOURS[track.id % len(_COLOURS)], 1, cv2.LINE_AA)

    def _caption(self, scene: Scene) -> str:
        parts = [f"{scene.media_time_s:6.2f} s", f"{len(scene.tracks)} tracks"]
        if scene.persons is not None:
            parts.append(f"{sum(person.weight for person in scene.persons):.0f} persons")
        # OpenCV writes ASCII only, and a kind of event is that.
        parts += [f"{event.kind.upper()} at {event.media_time_s:.2f} s" for event in self._stated]
        return "   ".join(parts)


def _number(picture: Picture, track: Track, scale: float, colour: Colour) -> None:
    left, top = place((track.box.left, track.box.top), scale)
    at = max(2, left), max(12, top - 4)
    for weight, ink in ((3, (0, 0, 0)), (1, colour)):
        cv2.putText(picture, f"#{track.id}", at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, ink, weight, cv2.LINE_AA)
