"""Whether a stream really plays, asked when a camera is registered or looked at: who asks is told what is wrong, at once.

A short look says what it is and how fast it comes. A thorough one stays for whole GOPs, and decodes some of it.
"""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Final

import av
import cv2
from av.video.frame import PictureType

from runtime.clock import Clock, SystemClock
from streams.camera import CameraId, StreamProfile
from streams.errors import CameraUnreachable, StreamEnded, StreamStalled
from streams.frame import Frame
from streams.ingest import SourceMaker, source_of
from streams.mask import Mask
from streams.packet import Packet, RunStarted, StreamInfo, StreamItem
from streams.probe_report import ProbeReport
from streams.reader import Reader
from streams.sampler import Sampler
from streams.settings import IngestSettings
from streams.source import copied

#: seconds that a short look may take, and a thorough one
_PATIENCE_S = 8.0
_LONG_PATIENCE_S = 20.0
#: packets and seconds of media time of a short look
_ENOUGH_PACKETS: Final = 60
_ENOUGH_S: Final = 2.0
#: seconds of media time of a thorough look: with two keyframes, and at most
_THOROUGH_S: Final = 4.0
_THOROUGH_MOST_S: Final = 12.0
#: packets, from a keyframe on, that are kept and decoded, and their bytes
_DECODED_PACKETS: Final = 50
_DECODED_BYTES: Final = 32_000_000
#: a step of PTS that is so many times the usual is a pause
_GAP: Final = 3.0
_PICTURE_WIDTH: Final = 1280
_PICTURE_QUALITY: Final = 85


async def probe(
    profile: StreamProfile,
    *,
    thorough: bool = False,
    mask: Mask | None = None,
    clock: Clock | None = None,
    settings: IngestSettings | None = None,
    make_source: SourceMaker = source_of,
) -> ProbeReport:
    """Open the stream and read a little; a thorough look takes 20 seconds at most, a short one 8. `mask`: what nobody
    sees of its picture.

    Raises the StreamError that says what is wrong.
    """
    clock = clock or SystemClock()
    settings = settings or IngestSettings()
    patience_s = _LONG_PATIENCE_S if thorough else _PATIENCE_S
    source = make_source(profile, settings, clock)
    sight = _Sight(thorough=thorough, mask=mask, clock=clock)
    reader = Reader(source, name="probe", clock=clock, settings=settings, on_items=sight.see)
    reader.ended.add_done_callback(lambda _ended: sight.stop())
    reader.start()
    try:
        await asyncio.wait([sight.enough], timeout=patience_s)
        # as it is now: stopping the reader changes both
        answered, ended = reader.opened, reader.ended.done()
    finally:
        await reader.stop()
    if sight.info is not None:
        return await asyncio.to_thread(sight.report, sight.info, source.url)
    if ended:
        raise reader.ended.result() or StreamEnded(url=source.url)
    if answered:
        raise StreamStalled(url=source.url, seconds=f"{patience_s:g}")
    raise CameraUnreachable(url=source.url, reason=f"no answer within {patience_s:g} s")


class _Sight:
    """What was seen of the stream."""

    def __init__(self, *, thorough: bool, mask: Mask | None, clock: Clock) -> None:
        self._mask = mask
        self.info: StreamInfo | None = None
        self.enough: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._thorough = thorough
        self._clock = clock
        self._started = clock.monotonic()
        self._first_packet_s: float | None = None
        self._first_keyframe_s: float | None = None
        self._pts: list[float] = []
        #: by their place among the packets
        self._keyframes: list[int] = []
        self._sizes: list[int] = []
        #: what is decoded
        self._kept: list[Packet] = []

    def see(self, items: Sequence[StreamItem]) -> None:
        now_s = self._clock.monotonic() - self._started
        for item in items:
            if isinstance(item, RunStarted):
                self.info = item.info
                for seen in (self._pts, self._keyframes, self._sizes, self._kept):
                    seen.clear()
            elif isinstance(item, Packet):
                self._see_packet(item, now_s)
        if self._is_enough():
            self.stop()

    def stop(self) -> None:
        if not self.enough.done():
            self.enough.set_result(None)

    def report(self, info: StreamInfo, url: str) -> ProbeReport:
        """Decodes, where the look was thorough: not for the loop."""
        span_s = max(self._pts) - min(self._pts)
        count = len(self._pts) - 1
        gop_s, gop_frames = self._gop()
        decoded = _Decoded(info, self._kept, self._mask) if self._thorough else None
        return ProbeReport(
            url=url,
            codec=info.codec,
            codec_profile=decoded.codec_profile if decoded else None,
            width=info.width,
            height=info.height,
            declared_fps=info.fps,
            fps=count / span_s if span_s > 0 else info.fps,
            gop_s=gop_s,
            gop_frames=gop_frames,
            gop_is_whole=len(self._keyframes) > 1,
            bitrate_kbps=sum(self._sizes[1:]) * 8 / 1000 / span_s if span_s > 0 else None,
            b_frames=decoded.b_frames if decoded else None,
            audio=info.audio,
            first_packet_s=self._first_packet_s,
            first_keyframe_s=self._first_keyframe_s,
            seconds=span_s,
            packets=len(self._pts),
            corrupt=decoded.corrupt if decoded else 0,
            gaps=_gaps(self._pts),
            picture=decoded.picture if decoded else None,
        )

    def _see_packet(self, packet: Packet, now_s: float) -> None:
        if self._first_packet_s is None:
            self._first_packet_s = now_s
        if packet.keyframe:
            self._keyframes.append(len(self._pts))
            if self._first_keyframe_s is None:
                self._first_keyframe_s = now_s
        self._pts.append(packet.pts_s)
        self._sizes.append(packet.size)
        kept_bytes = sum(each.size for each in self._kept)
        if (
            (packet.keyframe or self._kept)
            and len(self._kept) < _DECODED_PACKETS
            and kept_bytes < _DECODED_BYTES
        ):
            self._kept.append(packet)

    def _is_enough(self) -> bool:
        if not self._pts:
            return False
        seconds = self._pts[-1]
        if not self._thorough:
            return len(self._pts) >= _ENOUGH_PACKETS or seconds >= _ENOUGH_S
        return seconds >= _THOROUGH_MOST_S or (seconds >= _THOROUGH_S and len(self._keyframes) > 1)

    def _gop(self) -> tuple[float | None, int | None]:
        if not self._keyframes:
            return None, None
        ends = self._keyframes if len(self._keyframes) > 1 else [self._keyframes[0], len(self._pts) - 1]
        return max((self._pts[end] - self._pts[start], end - start) for start, end in pairwise(ends))


class _Decoded:
    """The first pictures of what was seen, decoded."""

    def __init__(self, info: StreamInfo, packets: Sequence[Packet], mask: Mask | None) -> None:
        self.corrupt = 0
        self.b_frames: bool | None = None
        self.picture: bytes | None = None
        decoder = copied(info.template).codec_context
        decoder.thread_count = 1
        kinds = set[PictureType]()
        for media in (*(packet.media for packet in packets), None):
            try:
                pictures = decoder.decode(media)
            except av.FFmpegError:
                self.corrupt += 1
                continue
            for picture in pictures:
                self.corrupt += picture.is_corrupt
                kinds.add(PictureType(picture.pict_type))
        self.codec_profile = decoder.profile
        if kinds:
            self.b_frames = bool(kinds & {PictureType.B, PictureType.BI})
        sampler = Sampler(info, CameraId(0), fps=1.0, mask=mask)
        for packet in packets:
            frame = sampler.glance(packet) if packet.keyframe else None
            if frame is not None:
                self.picture = _jpeg(frame)
                break


def _jpeg(frame: Frame) -> bytes | None:
    width = min(frame.width, _PICTURE_WIDTH)
    picture = frame.rgb(width, round(frame.height * width / frame.width))
    done, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _PICTURE_QUALITY])
    return data.tobytes() if done else None


def _gaps(pts: Sequence[float]) -> int:
    """Of the pictures in the order in which they are shown."""
    steps = [after - before for before, after in pairwise(sorted(pts))]
    if not steps:
        return 0
    usual = median(steps)
    return sum(step > _GAP * usual for step in steps) if usual > 0 else 0
