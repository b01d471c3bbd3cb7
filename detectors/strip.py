"""Five frames of an event side by side, from before it began to the moment it was stated, as one JPEG.

All five show the same part of the picture, around the subject, with the pose as it was seen; of a crowd, all of it. Beneath
stand the seconds from the event, and the media time. Which frames there are is the affair of kept_frames.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import cv2
import numpy as np

from detectors.detection import Box, Detection
from detectors.drawing import Colour, Picture, draw_person, draw_zone
from detectors.event import Event, ZoneId
from detectors.kept_frames import KeptFrame, KeptFrames
from detectors.overlay import as_jpeg
from detectors.scene import Scene
from detectors.tracker import Track

PANELS = 5
#: pixels: of a panel, and of one that shows the whole width of a picture
PANEL_WIDTH = 256
WIDE_PANEL_WIDTH = 320
#: of the gap between two panels; the line beneath a panel is as high as a tenth of its width
GAP = 4
#: bytes of a strip; quality is lowered to keep to it
MOST_BYTES = 150_000
_QUALITIES = (85, 75, 62, 48, 35)
#: of the sides of a crop: the lesser over the greater, at least
_SQUAT = 0.75
#: how much more than the subject is shown on each side, in sides of their box, and the least side, in heights of the picture
_MARGIN, _LEAST_SIDE = 0.25, 0.3
#: seconds before the fall began at which somebody is shown upright
_UPRIGHT_S = 1.0
#: seconds of a dwell that are shown from before it
_LEAD_S = 2.0
_SUBJECT: Colour = (40, 40, 230)
_OTHER: Colour = (180, 170, 120)
_GROUND: Colour = (32, 32, 32)
_WHITE: Colour = (255, 255, 255)
_SOFT: Colour = (170, 170, 170)


def strip_of(event: Event, kept: KeptFrames) -> bytes | None:
    """None where nothing was kept."""
    return draw_strip(
        kept.nearest(moments_of(event)),
        zero_s=event.media_time_s,
        subject=event.track,
        zone_id=event.zone_id if event.kind == "crowd" else None,
    )


def moments_of(event: Event) -> tuple[float, ...]:
    """The media times that tell most, rising; the last is that of the event.

    Of a fall: upright, about to fall, falling, down, now. Of what lasts: evenly from shortly before it began.
    """
    now_s = event.media_time_s
    took_s, down_s = event.measurements.get("took_s"), event.measurements.get("down_s")
    if event.kind == "fall" and took_s is not None and down_s is not None:
        low_s = now_s - event.measurements.get("unseen_s", 0.0) - down_s
        tall_s = low_s - took_s
        return tall_s - _UPRIGHT_S, tall_s, (tall_s + low_s) / 2, low_s, now_s
    return spread(_began_s(event), now_s)


def spread(start_s: float, end_s: float) -> tuple[float, ...]:
    step_s = (end_s - start_s) / (PANELS - 1)
    return (*(start_s + i * step_s for i in range(PANELS - 1)), end_s)


def draw_strip(
    frames: Sequence[KeptFrame], *, zero_s: float, subject: int | None, zone_id: ZoneId | None = None
) -> bytes | None:
    """`zero_s`: what the seconds beneath are counted from. Where there is no subject the whole picture is shown."""
    if not frames:
        return None
    area = _area(frames, subject)
    panels = [_panel(kept, area, subject, zone_id) for kept in frames]
    footed = [
        np.concatenate([panel, _foot(panel.shape[1], kept.at_s, zero_s)])
        for panel, kept in zip(panels, frames, strict=True)
    ]
    gap = np.full((footed[0].shape[0], GAP, 3), _GROUND, np.uint8)
    row = [part for panel in footed for part in (panel, gap)][:-1]
    return _light(np.ascontiguousarray(np.concatenate(row, axis=1)))


def _began_s(event: Event) -> float:
    """Shortly before what is stated began; where that was not measured, as far back as the curves go."""
    held_s = event.measurements.get("held_s")
    if held_s is not None:
        return event.media_time_s - held_s - _LEAD_S
    return min((curve.at_s[0] for curve in event.curves if curve.at_s), default=event.media_time_s - _LEAD_S)


def _area(frames: Sequence[KeptFrame], subject: int | None) -> Box:
    """The part that is shown, in pixels of the frame: the subject wherever they were, with some ground around them."""
    scene = frames[-1].scene
    boxes = [track.box for kept in frames for track in kept.scene.tracks if track.id == subject]
    if not boxes:
        return Box(left=0, top=0, right=scene.width, bottom=scene.height)
    side = max(max(box.width, box.height) for box in boxes)
    union = Box(
        left=min(box.left for box in boxes),
        top=min(box.top for box in boxes),
        right=max(box.right for box in boxes),
        bottom=max(box.bottom for box in boxes),
    ).grown(_MARGIN * side)
    width = max(union.width, _SQUAT * union.height, _LEAST_SIDE * scene.height)
    height = max(union.height, _SQUAT * union.width, _LEAST_SIDE * scene.height)
    x, y = union.centre
    left, right = _within(x, width, scene.width)
    top, bottom = _within(y, height, scene.height)
    return Box(left=left, top=top, right=right, bottom=bottom)


def _within(centre: float, length: float, most: float) -> tuple[float, float]:
    """A stretch of this length, moved to lie between 0 and `most`, or as much of it as fits."""
    start = min(max(0.0, centre - length / 2), max(0.0, most - length))
    return start, min(start + length, most)


def _panel(kept: KeptFrame, area: Box, subject: int | None, zone_id: ZoneId | None) -> Picture:
    scene, picture = kept.scene, kept.picture()
    width = WIDE_PANEL_WIDTH if area.width >= scene.width else PANEL_WIDTH
    scale = width / area.width
    small = picture.shape[1] / scene.width
    left, right = round(area.left * small), round(area.right * small)
    top, bottom = round(area.top * small), round(area.bottom * small)
    part = picture[top : max(bottom, top + 2), left : max(right, left + 2)]
    size = width, max(2, round(area.height * scale))
    way = cv2.INTER_AREA if part.shape[1] > width else cv2.INTER_CUBIC
    panel = np.ascontiguousarray(np.asarray(cv2.resize(part, size, interpolation=way), np.uint8))
    for zone in scene.zones:
        if zone.id == zone_id:
            draw_zone(panel, zone, chosen=False)
    for person, chosen in _people(scene, subject, zone_id):
        colour, weight = (_SUBJECT, 2) if chosen else (_OTHER, 1)
        draw_person(panel, _moved(person, area), scale, colour, weight=weight, posed=chosen)
    return panel


def _people(
    scene: Scene, subject: int | None, zone_id: ZoneId | None
) -> Iterable[tuple[Track | Detection, bool]]:
    """Who is drawn, and whether they are what it is about; those last. Who is not seen on this frame is left out."""
    if zone_id is not None:
        zones = [zone for zone in scene.zones if zone.id == zone_id]
        counted = [
            (person, any(scene.stands_in(zone, person.box) for zone in zones))
            for person in scene.persons or ()
        ]
        return sorted(counted, key=lambda each: each[1])
    seen = [track for track in scene.tracks if track.seen_s == scene.media_time_s]
    return sorted(((track, subject in (None, track.id)) for track in seen), key=lambda each: each[1])


def _moved(person: Track | Detection, area: Box) -> Detection:
    """In pixels from the corner of the part that is shown."""
    pose = person.pose
    if pose is not None:
        keypoints = pose.keypoints.copy()
        keypoints[:, :2] -= (area.left, area.top)
        pose = replace(pose, keypoints=keypoints)
    return Detection(box=person.box.moved(-area.left, -area.top), score=person.score, pose=pose)


def _foot(width: int, at_s: float, zero_s: float) -> Picture:
    foot = np.full((round(width / 10), width, 3), _GROUND, np.uint8)
    away_s = round(at_s - zero_s, 1)
    told = f"{away_s:+.1f} s" if away_s else "0 s"
    _write(foot, told, 6, _WHITE)
    media = f"{at_s:.1f} s"
    (length, _), _ = cv2.getTextSize(media, cv2.FONT_HERSHEY_SIMPLEX, width / 512, 1)
    _write(foot, media, width - length - 6, _SOFT)
    return foot


def _write(picture: Picture, text: str, left: int, colour: Colour) -> None:
    height, width = picture.shape[:2]
    base = left, round(0.7 * height)
    cv2.putText(picture, text, base, cv2.FONT_HERSHEY_SIMPLEX, width / 512, colour, 1, cv2.LINE_AA)


def _light(picture: Picture) -> bytes:
    """As JPEG, at the best quality that keeps to MOST_BYTES."""
    for quality in _QUALITIES:
        jpeg = as_jpeg(picture, quality)
        if len(jpeg) <= MOST_BYTES:
            break
    return jpeg
