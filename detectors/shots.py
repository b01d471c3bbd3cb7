"""Pictures of a clip at chosen instants, with what the pipeline saw drawn on them, and how trunks leaned about then."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from detectors.outcome import Lean, Shot
from detectors.overlay import as_jpeg, draw_scene
from detectors.posture import read_posture
from detectors.scene import Scene
from detectors.tracker import Track, TrackId
from streams.sampler import frames_of_file

WIDEST = 480
QUALITY = 78
#: tracks that are drawn as lines at once
_MOST_LEANS = 3


def nearest(scenes: Sequence[Scene], times: Iterable[float]) -> list[Scene]:
    """The scene next to each of `times`, each once, in order."""
    if not scenes:
        return []
    chosen = {
        id(found): found
        for time in times
        for found in [min(scenes, key=lambda scene: abs(scene.media_time_s - time))]
    }
    return sorted(chosen.values(), key=lambda scene: scene.media_time_s)


def take_shots(
    path: Path, scenes: Collection[Scene], fps: float, subjects: Collection[int] = ()
) -> tuple[Shot, ...]:
    """One for each of `scenes`, which come from this file, sampled at `fps`. Raises: StreamError."""
    wanted = {scene.media_time_s: scene for scene in scenes}
    shots: list[Shot] = []
    if not wanted:
        return ()
    camera_id = next(iter(wanted.values())).camera_id
    for frame in frames_of_file(str(path), camera_id, fps):
        scene = wanted.get(frame.pts_s)
        if scene is not None:
            picture = draw_scene(frame, scene, subjects=subjects, widest=WIDEST)
            shots.append(Shot(at_s=frame.pts_s, jpeg=as_jpeg(picture, QUALITY)))
        if len(shots) == len(wanted):
            break
    return tuple(shots)


def leans_of(
    scenes: Sequence[Scene], start_s: float, end_s: float, keypoint_score: float, subject: int | None = None
) -> tuple[Lean, ...]:
    """Of the subject; where there is none, of those tracks that were seen most in this stretch."""
    points: dict[TrackId, list[tuple[float, float]]] = {}
    for scene in scenes:
        if start_s <= scene.media_time_s <= end_s:
            for track in scene.tracks:
                degrees = _trunk_deg(track, scene, keypoint_score)
                if degrees is not None and subject in (None, track.id):
                    points.setdefault(track.id, []).append((scene.media_time_s, degrees))
    most = sorted(points, key=lambda track: -len(points[track]))[:_MOST_LEANS]
    return tuple(Lean(track=track, points=tuple(points[track])) for track in most)


def _trunk_deg(track: Track, scene: Scene, keypoint_score: float) -> float | None:
    if track.seen_s != scene.media_time_s or track.pose is None:
        return None
    return read_posture(track.seen_s, track.box, track.pose, keypoint_score).trunk_deg
