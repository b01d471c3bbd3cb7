"""Whether a stream can be had, asked once when a camera is registered: who registers it is told what is wrong, at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from runtime.clock import Clock, SystemClock
from streams.camera import StreamProfile
from streams.errors import CameraUnreachable, StreamEnded, StreamStalled
from streams.ingest import SourceMaker, source_of
from streams.packet import Packet, RunStarted, StreamInfo, StreamItem
from streams.reader import Reader
from streams.settings import IngestSettings

#: seconds that a probe may take
_PATIENCE_S = 8.0
#: packets and seconds of media time over which the frame rate is measured
_ENOUGH_PACKETS = 60
_ENOUGH_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    #: as FFmpeg names it: h264, hevc
    codec: str
    #: pixels, before rotation
    width: int
    height: int
    #: frames a second, measured; as declared where too few came; None where nothing is known
    fps: float | None


async def probe(
    profile: StreamProfile,
    *,
    clock: Clock | None = None,
    settings: IngestSettings | None = None,
    make_source: SourceMaker = source_of,
) -> ProbeResult:
    """Open the stream and read a little. Raises the StreamError that says what is wrong, after 8 seconds at most."""
    clock = clock or SystemClock()
    settings = settings or IngestSettings()
    source = make_source(profile, settings, clock)
    sight = _Sight()
    reader = Reader(source, name="probe", clock=clock, settings=settings, on_items=sight.see)
    reader.ended.add_done_callback(lambda _ended: sight.stop())
    reader.start()
    try:
        await asyncio.wait([sight.enough], timeout=_PATIENCE_S)
        # as it is now: stopping the reader changes both
        answered, ended = reader.opened, reader.ended.done()
    finally:
        await reader.stop()
    if sight.info is not None:
        return sight.result(sight.info)
    if ended:
        raise reader.ended.result() or StreamEnded(url=source.url)
    if answered:
        raise StreamStalled(url=source.url, seconds=f"{_PATIENCE_S:g}")
    raise CameraUnreachable(url=source.url, reason=f"no answer within {_PATIENCE_S:g} s")


class _Sight:
    """What was seen of the stream."""

    def __init__(self) -> None:
        self.info: StreamInfo | None = None
        self.enough: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pts: list[float] = []

    def see(self, items: Sequence[StreamItem]) -> None:
        for item in items:
            if isinstance(item, RunStarted):
                self.info = item.info
                self._pts.clear()
            elif isinstance(item, Packet):
                self._pts.append(item.pts_s)
        if len(self._pts) >= _ENOUGH_PACKETS or (self._pts and self._pts[-1] >= _ENOUGH_S):
            self.stop()

    def stop(self) -> None:
        if not self.enough.done():
            self.enough.set_result(None)

    def result(self, info: StreamInfo) -> ProbeResult:
        span_s = max(self._pts) - min(self._pts)
        fps = (len(self._pts) - 1) / span_s if span_s > 0 else info.fps
        return ProbeResult(codec=info.codec, width=info.width, height=info.height, fps=fps)
