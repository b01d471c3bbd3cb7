"""The picture that goes with an alert: what was seen, drawn over the frame, as a JPEG for the people who must decide.

OpenCV writes ASCII only, so names of zones are not written on the picture: whoever shows it has them beside it.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from detectors.detection import Box, Detection, Pose
from detectors.event import Event
from detectors.scene import Scene
from detectors.tracker import Track
from detectors.zones import Zone
from streams.frame import Frame

Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

WIDEST = 1280
QUALITY = 85
#: blue, green, red
_SUBJECT: Colour = (40, 40, 230)
_OTHER: Colour = (180, 170, 120)
_ZONE: Colour = (0, 190, 255)
_WHITE: Colour = (255, 255, 255)
_BONES = (
    (5, 6), (5, 7), (7, 9), (6, 8), (8, 10), (5, 11), (6, 12), (11, 12), (11, 13), (13, 15), (12, 14), (14, 16),
    (0, 5), (0, 6),
)  # fmt: skip
_SEEN = 0.2


def draw_snapshot(frame: Frame, scene: Scene, zones: Sequence[Zone], event: Event) -> bytes:
    """A JPEG of the whole picture, at most 1280 wide: boxes, poses, the zone; the subject of the event stands out.

    A caption stands above the picture, not on it: cameras write their own time into that corner.
    """
    scale = min(1.0, WIDEST / frame.width)
    picture = shrunk(frame, scale)
    for zone in zones:
        if event.zone_id in (None, zone.id) and event.kind in zone.rules:
            draw_zone(picture, zone, chosen=event.zone_id == zone.id)
    if event.kind == "crowd":
        for person in scene.persons or ():
            counted = _counted(scene, zones, event, person)
            draw_person(picture, person, scale, _SUBJECT if counted else _OTHER, weight=2)
    else:
        _draw_tracks(picture, scene, event, scale)
    picture = captioned(picture, _caption(event))
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be written as JPEG")
    return data.tobytes()


def shrunk(frame: Frame, scale: float) -> Picture:
    if scale == 1.0:
        return frame.bgr()
    size = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    return np.ascontiguousarray(frame.rgb(*size)[:, :, ::-1])


def draw_zone(picture: Picture, zone: Zone, *, chosen: bool) -> None:
    height, width = picture.shape[:2]
    corners = (
        np.array([(x * (width - 1), y * (height - 1)) for x, y in zone.polygon]).round().astype(np.int32)
    )
    if chosen:
        tint = picture.copy()
        cv2.fillPoly(tint, [corners], _ZONE)
        cv2.addWeighted(tint, 0.15, picture, 0.85, 0, dst=picture)
    cv2.polylines(picture, [corners], True, _ZONE, 2, cv2.LINE_AA)


def _draw_tracks(picture: Picture, scene: Scene, event: Event, scale: float) -> None:
    """Who is seen on this frame, the subject last and thick."""
    for track in scene.tracks:
        if track.id != event.track and track.seen_s == scene.media_time_s:
            draw_person(picture, track, scale, _OTHER, weight=1)
    for track in scene.tracks:
        if track.id == event.track:
            draw_person(picture, track, scale, _WHITE, weight=5, posed=False)
            draw_person(picture, track, scale, _SUBJECT, weight=3)


def draw_person(
    picture: Picture,
    person: Track | Detection,
    scale: float,
    colour: Colour,
    *,
    weight: int,
    posed: bool = True,
) -> None:
    box = person.box
    corner, opposite = place((box.left, box.top), scale), place((box.right, box.bottom), scale)
    cv2.rectangle(picture, corner, opposite, colour, weight)
    if posed and person.pose is not None:
        _draw_pose(picture, person.pose, scale, colour, weight)


def _draw_pose(picture: Picture, pose: Pose, scale: float, colour: Colour, weight: int) -> None:
    points = pose.keypoints
    for a, b in _BONES:
        if points[a, 2] >= _SEEN and points[b, 2] >= _SEEN:
            cv2.line(picture, place(points[a], scale), place(points[b], scale), colour, weight, cv2.LINE_AA)
    for point in points:
        if point[2] >= _SEEN:
            cv2.circle(picture, place(point, scale), weight + 1, _WHITE, -1, cv2.LINE_AA)


def place(point: Sequence[float] | npt.NDArray[np.float32], scale: float) -> tuple[int, int]:
    return round(float(point[0]) * scale), round(float(point[1]) * scale)


def _counted(scene: Scene, zones: Sequence[Zone], event: Event, person: Detection) -> bool:
    box: Box = person.box
    return any(zone.id == event.zone_id and scene.stands_in(zone, box) for zone in zones)


def _caption(event: Event) -> str:
    at = event.occurred_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    if event.kind == "crowd":
        return f"{_crowd(event)}  camera {event.camera_id}  {at}"
    return f"{event.kind}  score {event.score:.2f}  camera {event.camera_id}  {at}"


def _crowd(event: Event) -> str:
    """ "crowded: at least 34 persons, limit 20"."""
    measured = event.measurements
    few = "at least " if "at_least" in measured else ""
    said = f"{event.level or event.kind}: {few}{measured.get('count', 0.0):.0f} persons"
    if "persons_per_m2" in measured:
        return f"{said}, {measured['persons_per_m2']:.1f} per m2"
    return f"{said}, limit {measured.get('limit', 0.0):.0f}"


def captioned(picture: Picture, text: str) -> Picture:
    """The picture under a dark strip with the text."""
    width = picture.shape[1]
    size = min(0.6, 0.6 * width / 640)
    strip = np.full((max(12, round(40 * size)), width, 3), 32, np.uint8)
    base = 6, round(len(strip) * 0.7)
    cv2.putText(strip, text, base, cv2.FONT_HERSHEY_SIMPLEX, size, _WHITE, 1, cv2.LINE_AA)
    return np.concatenate([strip, picture])
