"""The last seconds of one channel, small and few, so that an event can be shown from before it began.

Only while somebody is followed or counted is anything kept: a few frames a second for some seconds, then one every other
second, as JPEG, with what was seen on them. Bounded in time and in bytes. One thread at a time.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np

from detectors.overlay import as_jpeg
from detectors.scene import Scene
from streams.frame import Frame, Picture

#: pixels
HIGHEST = 360
#: frames a second that are kept while somebody is followed, and while persons are only counted
FOLLOWED_FPS = 4.0
COUNTED_FPS = 1.0
#: seconds for which all of them are kept; then one in so many seconds, for so long
RECENT_S = 6.0
OLDER_EVERY_S = 2.0
LONGEST_S = 32.0
#: of all JPEG together; the oldest go first
MOST_BYTES = 3_000_000
_QUALITY = 80


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptFrame:
    scene: Scene
    jpeg: bytes = field(repr=False)

    @property
    def at_s(self) -> float:
        return self.scene.media_time_s

    def picture(self) -> Picture:
        """BGR, at most HIGHEST pixels high."""
        decoded = cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        return np.asarray(decoded, np.uint8)


class KeptFrames:
    def __init__(self) -> None:
        #: oldest first; all of `_older` come before all of `_recent`
        self._older: deque[KeptFrame] = deque()
        self._recent: deque[KeptFrame] = deque()
        self._bytes = 0
        #: media time of the last frame on which persons were counted
        self._counted_s: float | None = None

    def __len__(self) -> int:
        return len(self._older) + len(self._recent)

    @property
    def kept_bytes(self) -> int:
        return self._bytes

    def restart(self) -> None:
        """A new run: media time begins again."""
        self._older.clear()
        self._recent.clear()
        self._bytes = 0
        self._counted_s = None

    def note(self, frame: Frame, scene: Scene, *, always: bool = False) -> None:
        """Keep this frame if one is due, or in any case. Frames come in the order of their PTS."""
        last_s = self._recent[-1].at_s if self._recent else None
        if last_s is not None and scene.media_time_s <= last_s:
            return
        if scene.persons is not None:
            self._counted_s = scene.media_time_s
        if always or self._due(last_s, scene):
            self._keep(KeptFrame(scene=scene, jpeg=_small(frame)))
        self._forget(scene.media_time_s)

    def nearest(self, times: Iterable[float]) -> list[KeptFrame]:
        """A frame for each of the times, no frame twice, in order; fewer where fewer are kept."""
        left = [*self._older, *self._recent]
        chosen = []
        for time_s in times:
            if left:
                found = min(left, key=lambda kept: abs(kept.at_s - time_s))
                left.remove(found)
                chosen.append(found)
        return sorted(chosen, key=lambda kept: kept.at_s)

    def _due(self, last_s: float | None, scene: Scene) -> bool:
        if not (scene.tracks or scene.persons):
            return False
        if last_s is None:
            return True
        since_s, every_s = scene.media_time_s - last_s, 1 / (FOLLOWED_FPS if scene.tracks else COUNTED_FPS)
        # Where persons are counted on some of the frames only, one of those is worth a moment's wait.
        counts = self._counted_s is not None and scene.media_time_s - self._counted_s < every_s
        waits = counts and scene.persons is None
        return since_s >= (1.9 if waits else 0.9) * every_s

    def _keep(self, kept: KeptFrame) -> None:
        self._recent.append(kept)
        self._bytes += len(kept.jpeg)

    def _forget(self, now_s: float) -> None:
        while self._recent and now_s - self._recent[0].at_s > RECENT_S:
            self._grow_old(self._recent.popleft())
        while self._older and now_s - self._older[0].at_s > LONGEST_S:
            self._bytes -= len(self._older.popleft().jpeg)
        while self._bytes > MOST_BYTES and len(self) > 1:
            self._bytes -= len((self._older or self._recent).popleft().jpeg)

    def _grow_old(self, kept: KeptFrame) -> None:
        if not self._older or kept.at_s - self._older[-1].at_s >= OLDER_EVERY_S:
            self._older.append(kept)
        else:
            self._bytes -= len(kept.jpeg)


def _small(frame: Frame) -> bytes:
    scale = min(1.0, HIGHEST / frame.height)
    picture = frame.rgb(max(2, round(frame.width * scale)), max(2, round(frame.height * scale)))
    return as_jpeg(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), np.uint8), _QUALITY)
