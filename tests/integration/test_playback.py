"""Recordings played over HTTP: under an access only, the camera's own bits, across gaps, as players ask for them."""

import asyncio
import io
import re
import socket
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import av
import cv2
import httpx
import imageio_ffmpeg
import numpy as np
import pytest
import uvicorn
from starlette.types import ASGIApp
from structlog.testing import capture_logs

from runtime.database import Database
from runtime.vault import Vault
from streams.camera import CameraId
from streams.segment import Segment
from streams.writer import SegmentWriter
from tests.fakes.clips import encode_clip, number_on
from tests.fakes.clock import ManualClock
from tests.fakes.events import add_camera
from tests.fakes.evidence_desk import desk_in
from tests.fakes.packets import run_of
from tests.fakes.registry_client import registry_client
from vms.access.access import Access, NewAccess
from vms.cameras.registry import Registry
from vms.evidence.desk import EvidenceDesk
from vms.segments import PostgresSegments

#: two runs of 4 s, 25 pictures a second in GOPs of 10, in files of about a second; a gap of 6 s between them
FRAMES, GOP = 100, 10


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encode_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", frames=FRAMES, gop=GOP)


@dataclass(frozen=True)
class House:
    client: httpx.AsyncClient
    desk: EvidenceDesk
    database: Database
    clock: ManualClock
    folder: Path
    camera: CameraId
    segments: list[Segment]
    #: wall time of the first picture
    began: datetime
    app: ASGIApp

    async def access(self, *, unmasked: bool = False, hours: float = 1) -> Access:
        return await self.desk.register.request(
            NewAccess(
                person="王芳",
                organisation="江岸公安分局",
                reason="老人走失",
                request_type="duty",
                camera_ids=[self.camera],
                start_at=self.began - timedelta(minutes=1),
                end_at=self.began + timedelta(minutes=1),
                unmasked=unmasked,
                expires_in=timedelta(hours=hours),
            )
        )

    async def ask(self, access_id: UUID | None, **fields: Any) -> httpx.Response:
        body = {
            "cameras": [self.camera],
            "start_at": self.began.isoformat(),
            "end_at": (self.began + timedelta(seconds=14)).isoformat(),
        } | fields
        if access_id is not None:
            body["access_id"] = str(access_id)
        return await self.client.post("/api/v1/playbacks", json=body)

    async def playlist(self, **fields: Any) -> tuple[str, str]:
        """Its address and what it says."""
        made = await self.ask((await self.access()).id, **fields)
        assert made.status_code == 201, made.text
        url = made.json()["cameras"][0]["playlist_url"]
        answer = await self.client.get(url)
        assert answer.status_code == 200, answer.text
        return url, answer.text


@pytest.fixture
async def house(database: Database, tmp_path: Path, clip: Path) -> AsyncIterator[House]:
    clock = ManualClock()
    async with database.connection() as connection:
        camera = CameraId(await add_camera(connection, "东口"))
        await connection.execute("update camera set created_at = $1", clock.now() - timedelta(days=1))
    began = clock.now() - timedelta(minutes=10)
    rows = PostgresSegments(database)
    volume_id = await rows.volume("here", "recordings")
    written = []
    for start in (began, began + timedelta(seconds=10)):
        started, packets = run_of(clip, start=start)
        writer = SegmentWriter(tmp_path / "recordings", camera, "main", volume_id=volume_id, segment_s=1.0)
        writer.take([started, *packets])
        writer.finish()
        written += writer.collect()
    for segment in written:
        await rows.add_segment(segment)
    desk = desk_in(tmp_path, database, clock)
    registry = Registry(database=database, vault=Vault.open(tmp_path / "key"))
    apps: list[ASGIApp] = []
    async with registry_client(database, registry, clock=clock, evidence=desk, on_app=apps.append) as client:
        yield House(
            app=apps[0],
            client=client,
            desk=desk,
            database=database,
            clock=clock,
            folder=tmp_path / "recordings",
            camera=camera,
            segments=written,
            began=began,
        )


def parts_of(playlist: str) -> list[tuple[str, str | None]]:
    """Address and byte range of what a player fetches, in order: heads and fragments."""
    parts: list[tuple[str, str | None]] = []
    bytes_: str | None = None
    for line in playlist.splitlines():
        if line.startswith("#EXT-X-MAP:"):
            match = re.match(r'#EXT-X-MAP:URI="([^"]+)"(?:,BYTERANGE="([^"]+)")?', line)
            assert match is not None
            parts.append((match[1], match[2]))
        elif line.startswith("#EXT-X-BYTERANGE:"):
            bytes_ = line.partition(":")[2]
        elif line and not line.startswith("#"):
            parts.append((line, bytes_))
    return parts


async def fetch(client: httpx.AsyncClient, url: str, part: tuple[str, str | None]) -> bytes:
    headers = {}
    if part[1] is not None:
        size, at = map(int, part[1].split("@"))
        headers["range"] = f"bytes={at}-{at + size - 1}"
    answer = await client.get(httpx.URL(f"http://127.0.0.1{url}").join(part[0]), headers=headers)
    assert answer.status_code == (200 if part[1] is None else 206), answer.text
    return answer.content


async def pictures(client: httpx.AsyncClient, url: str, playlist: str) -> list[list[int]]:
    """As hls.js does: each head begins a new buffer, which its fragments follow. The numbers on the pictures."""
    shown: list[list[int]] = []
    buffers: list[bytes] = []
    for part in parts_of(playlist):
        data = await fetch(client, url, part)
        if data[4:8] == b"ftyp":
            buffers.append(b"")
        buffers[-1] += data
    for buffer in buffers:
        with av.open(io.BytesIO(buffer)) as container:
            shown.append([number_on(frame) for frame in container.decode(video=0)])
    return shown


async def test_without_an_access_nothing_is_shown(house: House) -> None:
    for access_id, status, code in ((None, 403, "access_needed"), (uuid4(), 404, "access_unknown")):
        answer = await house.ask(access_id)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        strip = await house.client.get(
            f"/api/v1/cameras/{house.camera}/thumbnails",
            params={
                "start": house.began.isoformat(),
                "end": (house.began + timedelta(seconds=9)).isoformat(),
                **({} if access_id is None else {"access_id": str(access_id)}),
            },
        )
        assert (strip.status_code, strip.json()["code"]) == (status, code)
    assert (await house.client.get(f"/api/v1/playbacks/{uuid4()}/{house.camera}.m3u8")).status_code == 404


async def test_a_player_gets_every_picture_on_both_sides_of_a_gap(house: House) -> None:
    url, playlist = await house.playlist()
    shown = await pictures(house.client, url, playlist)
    assert [number for file in shown for number in file] == [*range(FRAMES), *range(FRAMES)]
    assert playlist.endswith("#EXT-X-ENDLIST\n") and "#EXT-X-VERSION:7" in playlist
    assert playlist.count("#EXT-X-DISCONTINUITY\n") == 1
    times = [line.partition(":")[2] for line in playlist.splitlines() if "PROGRAM-DATE-TIME" in line]
    assert [datetime.fromisoformat(each) for each in times] == [each.start_at for each in house.segments]
    gaps = re.findall(r'CLASS="gap",START-DATE="([^"]+)",DURATION=([\d.]+),X-CAUSE="(\w+)"', playlist)
    assert [(float(seconds), cause) for _, seconds, cause in gaps] == [(6.0, "server_down")]
    lengths = [float(each) for each in re.findall(r"#EXTINF:([\d.]+),", playlist)]
    assert sum(lengths) == pytest.approx(8.0, abs=0.05)
    assert max(lengths) <= int(re.findall(r"TARGETDURATION:(\d+)", playlist)[0])


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """Behind a real socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve(sockets=[listener]))
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            server.should_exit = True


async def ffmpeg(url: str) -> list[int]:
    """The numbers on the pictures that ffmpeg plays, in its own order and none made up."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", url, "-fps_mode", "passthrough"]
    command += ["-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await child.communicate()
    assert child.returncode == 0, errors.decode()
    frames = np.frombuffer(out, np.uint8).reshape(-1, 192, 320)
    return [
        sum(1 << bit for bit, bar in enumerate(np.array_split(f[48:96], 10, axis=1)) if bar.mean() > 128)
        for f in frames
    ]


@pytest.mark.parametrize("speed", ["1", "8"])
async def test_ffmpeg_plays_across_a_gap(house: House, speed: str) -> None:
    url, _ = await house.playlist(speed=speed)
    step = GOP if speed == "8" else 1
    async with served(house.app) as address:
        shown = await ffmpeg(address + url)
    assert shown == [*range(0, FRAMES, step), *range(0, FRAMES, step)]


async def test_what_is_served_are_the_bytes_of_the_file_but_for_times(house: House) -> None:
    url, playlist = await house.playlist()
    by_file: dict[str, bytes] = {}
    for part in parts_of(playlist):
        name = part[0].partition("?")[0]
        by_file[name] = by_file.get(name, b"") + await fetch(house.client, url, part)
    files = [(house.folder / each.path).read_bytes() for each in house.segments]
    assert len(by_file) == len(files)
    for served, whole in zip(by_file.values(), files, strict=True):
        assert without_times(served) == without_times(whole[: len(served)])


def without_times(data: bytes) -> bytes:
    """What playback changes of a fragment is when it begins."""
    return re.sub(rb"(?<=tfdt....).{8}", b"", data, flags=re.DOTALL)


async def test_a_part_of_a_file_begins_with_its_gop_and_the_rest_is_not_shown(house: House) -> None:
    start, end = house.began + timedelta(seconds=0.5), house.began + timedelta(seconds=0.7)
    url, playlist = await house.playlist(start_at=start.isoformat(), end_at=end.isoformat())
    assert await pictures(house.client, url, playlist) == [list(range(GOP, 2 * GOP))]
    assert f"PROGRAM-DATE-TIME:{(house.began + timedelta(seconds=0.4)).isoformat()[:19]}" in playlist
    _head, fragment = parts_of(playlist)
    size, at = map(int, str(fragment[1]).split("@"))
    address = httpx.URL(f"http://127.0.0.1{url}").join(fragment[0])
    for asked in (
        None,
        f"bytes={at}-",
        f"bytes=-{size}",
        f"bytes={at - 1}-{at + size - 1}",
        f"bytes={at}-{at + size}",
        f"bytes=0-{at + size - 1}",
        f"bytes={at + 5}-{at}",
        f"bytes={at}-{at},{at}-{at}",
        "bytes=0-99999999999999999999999",
        "bytes=x-y",
    ):
        answer = await house.client.get(address, headers={} if asked is None else {"range": asked})
        assert (answer.status_code, answer.json()["code"]) == (416, "bytes_not_shown"), asked
    other = await house.client.get(str(address).replace(fragment[0], f"{house.camera}/3.mp4"))
    assert (other.status_code, other.json()["code"]) == (404, "playback_file_unknown")


async def test_fast_playback_is_given_the_keyframes(house: House) -> None:
    url, playlist = await house.playlist(speed="16")
    shown = await pictures(house.client, url, playlist)
    run = list(range(0, FRAMES, GOP))
    assert [number for file in shown for number in file] == [*run, *run]
    assert "BYTERANGE" not in playlist
    assert (await house.ask((await house.access()).id, speed="3")).status_code == 422


async def test_one_use_is_written_down_for_one_playback(house: House) -> None:
    access = await house.access()
    made = (await house.ask(access.id)).json()
    url = made["cameras"][0]["playlist_url"]
    playlist = (await house.client.get(url)).text
    await pictures(house.client, url, playlist)
    found = await house.desk.register.find(access.id)
    assert [(use.act, use.camera_ids) for use in found.uses] == [("playback", (house.camera,))]
    assert [gap["cause"] for gap in made["cameras"][0]["gaps"]] == ["server_down"]


async def test_an_access_that_ends_stops_the_playback(house: House) -> None:
    access = await house.access()
    url = (await house.ask(access.id)).json()["cameras"][0]["playlist_url"]
    playlist = (await house.client.get(url)).text
    await house.desk.register.end(access.id, author="李")
    await house.clock.advance(6)
    assert (await house.client.get(url)).json()["code"] == "access_expired"
    part = parts_of(playlist)[0][0]
    answer = await house.client.get(
        httpx.URL(f"http://127.0.0.1{url}").join(part), headers={"range": "bytes=0-9"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "access_expired")


async def test_an_access_that_runs_out_stops_the_playback(house: House) -> None:
    access = await house.access(hours=0.001)
    url = (await house.ask(access.id)).json()["cameras"][0]["playlist_url"]
    assert (await house.client.get(url)).status_code == 200
    await house.clock.advance(3.6)
    assert (await house.client.get(url)).status_code == 403


async def test_what_an_access_is_not_for_is_refused(house: House) -> None:
    async with house.database.connection() as connection:
        other = await add_camera(connection, "西口")
    access = await house.access()
    for fields, status, code in (
        ({"cameras": [house.camera, other]}, 403, "access_not_for_camera"),
        ({"start_at": (house.began - timedelta(hours=1)).isoformat()}, 403, "access_not_for_range"),
        ({"start_at": "2016-01-01T00:00:00Z"}, 422, "playback_range_invalid"),
        ({"end_at": house.began.isoformat()}, 422, "playback_range_invalid"),
        ({"cameras": []}, 422, "playback_cameras_invalid"),
        ({"cameras": list(range(1, 100))}, 422, "playback_cameras_invalid"),
        ({"start_at": "0001-01-01T00:00:00Z", "end_at": "0001-01-01T00:01:00Z"}, 403, "access_not_for_range"),
    ):
        answer = await house.ask(access.id, **fields)
        assert (answer.status_code, answer.json()["code"]) == (status, code), fields
    url, _ = await house.playlist()
    for path in ("/999.m3u8", "/%2e%2e/1.mp4", "/1/..%2f..%2fkey.mp4", "/1/1.mp4%00", "/-1.m3u8"):
        answer = await house.client.get(url.rpartition("/")[0] + path)
        assert answer.status_code in (404, 422), (path, answer.text)


@pytest.mark.parametrize("speed", ["1", "16"])
async def test_a_camera_with_privacy_masks_is_played_with_black_masks(house: House, speed: str) -> None:
    plain = await house.playlist()
    async with house.database.connection() as connection:
        await connection.execute("update camera set masks = '0,0.5 1,0.5 1,1 0,1'")
    url, playlist = await house.playlist(speed=speed)
    assert await pictures(house.client, url, playlist) == await pictures(house.client, *plain)
    lengths = re.findall(r"#EXTINF:([\d.]+)", plain[1])
    assert re.findall(r"#EXTINF:([\d.]+)", playlist) == lengths
    assert parts_of(playlist) != parts_of(plain[1])

    head, fragment = [await fetch(house.client, url, part) for part in parts_of(playlist)[:2]]
    with av.open(io.BytesIO(head + fragment)) as container:
        for picture in container.decode(video=0):
            rows = picture.to_ndarray(format="gray")
            assert rows[rows.shape[0] // 2 + 4 :].max() < 16
            assert np.median(rows[: rows.shape[0] // 2]) > 20


async def test_a_camera_with_privacy_masks_gives_its_own_bits_to_whom_may_see_all_only(house: House) -> None:
    async with house.database.connection() as connection:
        await connection.execute("update camera set masks = '0,0.5 1,0.5 1,1 0,1'")
    may_not, may = [
        (await house.ask((await house.access(unmasked=each)).id)).json() for each in (False, True)
    ]
    assert [each["cameras"][0]["masked"] for each in (may_not, may)] == [True, False]
    for played, statuses in ((may_not, (403, 403, 200, 404)), (may, (206, 200, 404, 404))):
        url = played["cameras"][0]["playlist_url"].removesuffix(".m3u8")
        answers = [
            await house.client.get(f"{url}/1{rest}", headers={"range": "bytes=0-99"})
            for rest in (".mp4", "/keyframes.m4s", "/masked-0.m4s", "/masked-999.m4s")
        ]
        assert tuple(answer.status_code for answer in answers) == statuses


async def strip(house: House, access: Access, **query: object) -> list[tuple[datetime, Any]]:
    answer = await house.client.get(
        f"/api/v1/cameras/{house.camera}/thumbnails",
        params={
            "access_id": str(access.id),
            "start": house.began.isoformat(),
            "end": (house.began + timedelta(seconds=14)).isoformat(),
            "count": 7,
            "height": 96,
            **query,
        },
    )
    assert answer.status_code == 200, answer.text
    return [
        (
            datetime.fromisoformat(each["at"]),
            cv2.imdecode(
                np.frombuffer(b64decode(each["picture"].partition(",")[2]), np.uint8), cv2.IMREAD_GRAYSCALE
            ),
        )
        for each in answer.json()["thumbnails"]
    ]


async def test_a_strip_shows_keyframes_and_hides_what_is_masked(house: House) -> None:
    async with house.database.connection() as connection:
        await connection.execute("update camera set masks = '0,0.5 1,0.5 1,1 0,1'")
    for unmasked in (False, True):
        shown = await strip(house, await house.access(unmasked=unmasked))
        seconds = [(at - house.began).total_seconds() for at, _ in shown]
        # of 1, 3, 5, …, 13 s those that were recorded, each at its keyframe
        assert seconds == pytest.approx([0.8, 2.8, 10.8, 12.8], abs=0.05)
        numbers = [
            sum(1 << bit for bit, bar in enumerate(np.array_split(p[30:40], 10, axis=1)) if bar.mean() > 128)
            for _, p in shown
        ]
        assert numbers == [20, 70, 20, 70]
        assert all((picture[52:].max() < 40) != unmasked for _, picture in shown)


async def test_a_file_that_vanished_is_named_once(house: House) -> None:
    url, playlist = await house.playlist()
    gone = house.segments[1]
    (house.folder / gone.path).unlink()
    heads = [part for part in parts_of(playlist) if str(part[1]).endswith("@0")]
    with capture_logs() as logs:
        for _ in range(2):
            size = int(str(heads[1][1]).partition("@")[0])
            answer = await house.client.get(
                httpx.URL(f"http://127.0.0.1{url}").join(heads[1][0]),
                headers={"range": f"bytes=0-{size - 1}"},
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "recording_gone")
    assert len([line for line in logs if line["event"] == "recording cannot be played"]) == 1
    other = desk_in(house.folder.parent, house.database, house.clock)
    registry = Registry(database=house.database, vault=Vault.open(house.folder.parent / "key"))
    async with registry_client(house.database, registry, clock=house.clock, evidence=other) as client:
        url, playlist = await replace(house, client=client, desk=other).playlist()
        shown = await pictures(client, url, playlist)
    assert 'X-CAUSE="lost"' in playlist
    assert len(shown) == len(house.segments) - 1
