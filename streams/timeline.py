"""From the time stamps that a camera sends to media time that can be relied on.

Cameras begin without a PTS, repeat a DTS, step back a little when they hear of the right time, and jump. A step back of
less than half a second is evened out; a jump ends the run, because what is before and after it has no common time.
"""

from fractions import Fraction

from streams.packet import MediaPacket, StreamInfo

#: seconds that a DTS may step back without ending the run
_STEP_BACK_S = 0.5
#: packets that wait for the first PTS; RTSP gives it with the second or third
_MOST_WAITING = 16
_USUAL_FPS = 25.0


class PtsJumped(Exception):
    """The time stamps jumped: the packet belongs to a new run. Caught by the reader, never seen outside."""


class Timeline:
    """The media time of one run. It sets PTS and DTS of the packets it is given, so they must not be shared yet."""

    def __init__(self, info: StreamInfo, *, jump_s: float = 10.0) -> None:
        time_base = info.time_base
        self._tick_s = float(time_base)
        self._jump = max(1, int(Fraction(jump_s) / time_base))
        self._step_back = int(Fraction(_STEP_BACK_S) / time_base)
        self._frame = max(1, round(1.0 / (info.fps or _USUAL_FPS) / self._tick_s))
        self._waiting: list[MediaPacket] = []
        self._origin: int | None = None
        self._last_dts = 0

    def place(self, media: MediaPacket) -> list[tuple[MediaPacket, float]]:
        """The packets that have a place now, each with its media time in seconds; raises PtsJumped."""
        if self._origin is None:
            return self._place_first(media)
        return [(media, self._place_one(media))]

    def rest(self) -> list[tuple[MediaPacket, float]]:
        """At the end of a source: the packets that waited for a PTS in vain."""
        waiting, self._waiting = self._waiting, []
        return self._place_all(waiting, first=0) if waiting else []

    def _place_first(self, media: MediaPacket) -> list[tuple[MediaPacket, float]]:
        self._waiting.append(media)
        known = media.pts if media.pts is not None else media.dts
        if known is None and len(self._waiting) < _MOST_WAITING:
            return []
        waiting, self._waiting = self._waiting, []
        return self._place_all(waiting, first=(known or 0) - (len(waiting) - 1) * self._frame)

    def _place_all(self, waiting: list[MediaPacket], *, first: int) -> list[tuple[MediaPacket, float]]:
        """Give packets without a PTS the ones that they must have had, one frame apart."""
        for index, media in enumerate(waiting):
            if media.pts is None:
                media.pts = first + index * self._frame
        head = waiting[0]
        self._origin = head.pts
        self._last_dts = (head.pts if head.dts is None else head.dts) - 1  # type: ignore[operator]
        return [(media, self._place_one(media)) for media in waiting]

    def _place_one(self, media: MediaPacket) -> float:
        pts, dts = media.pts, media.dts
        if dts is None:
            # Without B-frames both are the same; with them a PTS may lie before the last DTS, and that is no jump.
            dts = self._last_dts + self._frame if pts is None or pts <= self._last_dts else pts
            media.dts = dts
        step = dts - self._last_dts
        if step > self._jump or step < -self._step_back:
            raise PtsJumped
        if step <= 0:
            dts = self._last_dts + 1
            media.dts = dts
        if pts is None or pts < dts:
            pts = dts
            media.pts = pts
        self._last_dts = dts
        assert self._origin is not None
        return max(0.0, (pts - self._origin) * self._tick_s)
