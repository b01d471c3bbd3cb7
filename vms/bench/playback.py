"""`vms bench playback`: from asking for a recording to the first GOP in the player's hands, over HTTP, from a real server.

One camera's minutes of 1080p25 are written as the recorder writes them; then somebody asks for a range of them, fetches the
playlist, its head and its first fragment. The first time the server knows nothing of the files yet.
"""

import asyncio
import re
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urljoin
from uuid import uuid4

from runtime.clock import Clock, SystemClock
from runtime.database import Database, DatabaseUnavailable
from runtime.postgres import get_server
from streams.camera import CameraId
from streams.file import FileSource
from streams.packet import Packet, RunId, RunStarted
from streams.segment import Segment, VolumeId, in_milliseconds, iso
from streams.timeline import Timeline
from streams.writer import SegmentWriter
from vms.bench import store
from vms.bench.clip import repeat
from vms.bench.errors import BenchFailed
from vms.bench.house import ask, running_house
from vms.bench.machine import Machine, this_machine
from vms.bench.report import Latency
from vms.bench.scenes import scene_clip
from vms.data_folder import open_data_folder
from vms.segments import PostgresSegments

MINUTES: Final = 10
REQUESTS: Final = 50
GOAL_MS: Final = 300.0
_SEGMENT_S: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackReport:
    made_at: datetime
    machine: Machine
    files: int
    bytes: int
    #: before anything was known of the files
    first: Latency
    start: Latency

    def as_json(self) -> dict[str, object]:
        return {
            "made_at": self.made_at.isoformat(),
            "machine": asdict(self.machine),
            "files": self.files,
            "bytes": self.bytes,
            "met": self.first.met and self.start.met,
            "latencies": [{**asdict(each), "met": each.met} for each in (self.first, self.start)],
        }


def run(
    *,
    minutes: int = MINUTES,
    requests: int = REQUESTS,
    quick: bool = False,
    tell: Callable[[str], None] = lambda _what: None,
) -> PlaybackReport:
    """`quick`: with a small clip. Raises BenchFailed."""
    return asyncio.run(_run(minutes, requests, quick, tell))


async def _run(minutes: int, requests: int, quick: bool, tell: Callable[[str], None]) -> PlaybackReport:
    clock = SystemClock()
    machine = await this_machine()
    began = in_milliseconds(clock.now().astimezone(UTC)) - timedelta(minutes=minutes + 5)
    span = (began, began + timedelta(minutes=minutes))
    try:
        with TemporaryDirectory(prefix="vms-bench-") as kept:
            async with running_house("playback", folder=Path(kept)) as url:
                data = open_data_folder(Path(kept) / "data")
                # Found, not started; given back at the end, so that the server stops it.
                postgres = await asyncio.to_thread(get_server, data.postgres)
                database = Database(postgres.get_uri())
                await database.open()
                try:
                    async with database.connection() as connection:
                        (camera_id,) = await store.add_cameras(connection, 1, began - timedelta(days=1))
                        volume_id = VolumeId(await store.add_volume(connection))
                    tell("recordings")
                    clip = Path(kept) / "clip.mp4"
                    await asyncio.to_thread(repeat, scene_clip("quiet", quick=quick), clip, minutes * 60.0)
                    segments = await asyncio.to_thread(
                        record_clip, clip, data.path / "recordings", camera_id, volume_id, began
                    )
                    rows = PostgresSegments(database)
                    for segment in segments:
                        await rows.add_segment(segment)
                finally:
                    await database.close()
                access_id = await asyncio.to_thread(_access, url, camera_id, span)
                tell("playback")
                waits = [
                    await asyncio.to_thread(_start, url, access_id, camera_id, span, clock)
                    for _ in range(requests + 1)
                ]
                await asyncio.to_thread(postgres.cleanup)
    except (OSError, TimeoutError, DatabaseUnavailable) as error:
        raise BenchFailed(part="playback", reason=error) from error
    return PlaybackReport(
        made_at=clock.now(),
        machine=machine,
        files=len(segments),
        bytes=sum(each.bytes for each in segments),
        first=Latency.of(waits[:1], what="the first playback of these files", goal_ms=GOAL_MS),
        start=Latency.of(waits[1:], what="any other", goal_ms=GOAL_MS),
    )


def record_clip(
    clip: Path, folder: Path, camera_id: CameraId, volume_id: VolumeId, began: datetime
) -> list[Segment]:
    """The clip as the recorder would have written it, in files of a minute."""
    source = FileSource(str(clip))
    info = source.open()
    writer = SegmentWriter(folder, camera_id, "main", volume_id=volume_id, segment_s=_SEGMENT_S)
    writer.take([RunStarted(run_id=RunId(uuid4()), info=info, wall=began)])
    timeline = Timeline(info)
    for media in source.packets():
        for each, pts_s in timeline.place(media):
            wall = began + timedelta(seconds=pts_s)
            writer.take(
                [Packet(media=each, pts_s=pts_s, wall=wall, keyframe=each.is_keyframe, size=each.size)]
            )
    writer.finish()
    source.close()
    return writer.collect()


def _access(url: str, camera_id: CameraId, span: tuple[datetime, datetime]) -> str:
    made = ask(
        f"{url}/api/v1/accesses",
        {
            "person": "vms bench",
            "organisation": "vms bench",
            "reason": "vms bench",
            "request_type": "supervision",
            "cameras": [camera_id],
            "start_at": iso(span[0]),
            "end_at": iso(span[1]),
        },
    )
    assert isinstance(made, dict), "an access is an object"
    return str(made["id"])


def _start(
    url: str, access_id: str, camera_id: CameraId, span: tuple[datetime, datetime], clock: Clock
) -> float:
    """Seconds from asking to the first GOP."""
    began = clock.monotonic()
    asked = {
        "access_id": access_id,
        "cameras": [camera_id],
        "start_at": iso(span[0]),
        "end_at": iso(span[1]),
    }
    made = ask(f"{url}/api/v1/playbacks", asked)
    assert isinstance(made, dict), "a playback is an object"
    address = urljoin(url, made["cameras"][0]["playlist_url"])
    playlist = _fetch(address).decode()
    head = re.search(r'MAP:URI="([^"]+)",BYTERANGE="(\d+)@(\d+)"', playlist)
    first = re.search(r"BYTERANGE:(\d+)@(\d+)\n(\S+)", playlist)
    if head is None or first is None:
        raise BenchFailed(part="playback", reason="the playlist is empty")
    _fetch(urljoin(address, head[1]), int(head[3]), int(head[2]))
    _fetch(urljoin(address, first[3]), int(first[2]), int(first[1]))
    return clock.monotonic() - began


def _fetch(address: str, begin: int = 0, size: int = 0) -> bytes:
    headers = {"Range": f"bytes={begin}-{begin + size - 1}"} if size else {}
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as answer:
        content: bytes = answer.read()
    return content
