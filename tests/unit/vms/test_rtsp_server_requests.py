"""The server on a socket, spoken to by hand: what FFmpeg never sends, and a client that does not read."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from runtime.clock import SystemClock
from tests.fakes.clips import encode_clip
from tests.fakes.clock import ManualClock
from vms.demo.rtsp_server import RtspServer, SimulatedCamera

TCP = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"


class Client:
    """One RTSP connection; media between the responses is passed over."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str) -> None:
        self.reader, self.writer, self.url = reader, writer, url
        self.session = ""

    async def ask(self, method: str, *headers: str, url: str | None = None, version: str = "1.0") -> str:
        """The head of the response."""
        lines = [f"{method} {url or self.url} RTSP/{version}", "CSeq: 1", *headers]
        if self.session:
            lines.append(f"Session: {self.session}")
        self.writer.write("\r\n".join([*lines, "", ""]).encode())
        return await self.read_response()

    async def read_response(self) -> str:
        while (first := await self.reader.readexactly(1)) == b"$":
            head = await self.reader.readexactly(3)
            await self.reader.readexactly(int.from_bytes(head[1:], "big"))
        return (first + await self.reader.readuntil(b"\r\n\r\n")).decode()

    async def read_media(self) -> bytes:
        """One RTP packet."""
        assert await self.reader.readexactly(1) == b"$"
        head = await self.reader.readexactly(3)
        return await self.reader.readexactly(int.from_bytes(head[1:], "big"))

    async def play(self) -> None:
        answer = await self.ask("SETUP", TCP, url=f"{self.url}/trackID=0")
        self.session = answer.partition("Session: ")[2].partition(";")[0]
        assert "200 OK" in await self.ask("PLAY")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encode_clip(tmp_path_factory.mktemp("clip") / "h264.mp4", frames=20)


@asynccontextmanager
async def connected(server: RtspServer, path: str = "street") -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Client(reader, writer, server.url(path))
    finally:
        writer.close()


@pytest.fixture
async def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def server(clip: Path, clock: ManualClock) -> AsyncIterator[RtspServer]:
    async with RtspServer([SimulatedCamera(path="street", clip=clip)], clock=clock) as server:
        yield server


async def test_options_name_the_methods(server: RtspServer) -> None:
    async with connected(server) as client:
        answer = await client.ask("OPTIONS")
        assert "Public: OPTIONS, DESCRIBE, SETUP, PLAY" in answer


async def test_a_description_is_based_on_the_address_that_was_asked_for(server: RtspServer) -> None:
    async with connected(server) as client:
        answer = await client.ask("DESCRIBE")
        assert f"Content-Base: {server.url('street')}/\r\n" in answer


async def test_udp_is_refused_and_tcp_may_follow(server: RtspServer) -> None:
    async with connected(server) as client:
        assert "461 Unsupported Transport" in await client.ask(
            "SETUP", "Transport: RTP/AVP;unicast;client_port=5000-5001"
        )
        await client.play()


async def test_the_channel_is_the_one_asked_for(server: RtspServer) -> None:
    async with connected(server) as client:
        answer = await client.ask("SETUP", "Transport: RTP/AVP/TCP;unicast;interleaved=6-7")
        assert "interleaved=6-7" in answer


@pytest.mark.parametrize(
    ("method", "status"), [("PLAY", "455"), ("TEARDOWN", "455"), ("RECORD", "501"), ("GET_PARAMETER", "200")]
)
async def test_before_a_session(server: RtspServer, method: str, status: str) -> None:
    async with connected(server) as client:
        assert f" {status} " in await client.ask(method)


async def test_another_session_is_not_found(server: RtspServer) -> None:
    async with connected(server) as client:
        await client.play()
        client.session = "somebody-else"
        assert " 454 " in await client.ask("PLAY")


async def test_an_unknown_path_is_not_found(server: RtspServer) -> None:
    async with connected(server, "nowhere") as client:
        assert " 404 " in await client.ask("DESCRIBE")
        assert " 404 " in await client.ask("SETUP", TCP)


async def test_another_version_is_refused(server: RtspServer) -> None:
    async with connected(server) as client:
        assert " 505 " in await client.ask("OPTIONS", version="2.0")


async def test_what_is_no_rtsp_ends_the_connection(server: RtspServer) -> None:
    async with connected(server) as client:
        client.writer.write(b"GET / HTTP/1.1\r\n\r\n")
        assert " 400 " in await client.read_response()
        assert await client.reader.read() == b""


async def test_teardown_ends_the_session_and_leaves_the_connection(
    server: RtspServer, clock: ManualClock
) -> None:
    async with connected(server) as client:
        await client.play()
        assert server.clients("street") == 1
        assert " 200 " in await client.ask("TEARDOWN")
        assert server.clients("street") == 0
        client.session = ""
        await client.play()
        await clock.advance(0.05)
        assert (await client.read_media())[0] == 0x80


async def test_media_begins_with_the_sequence_and_time_that_play_announced(
    server: RtspServer, clock: ManualClock
) -> None:
    async with connected(server) as client:
        answer = await client.ask("SETUP", TCP)
        client.session = answer.partition("Session: ")[2].partition(";")[0]
        info = (await client.ask("PLAY")).partition("RTP-Info: ")[2]
        await clock.advance(0.05)
        packet = await client.read_media()
        assert f"seq={int.from_bytes(packet[2:4], 'big')};" in info
        assert f"rtptime={int.from_bytes(packet[4:8], 'big')}\r\n" in info


async def test_a_client_that_does_not_read_is_cut_off_and_harms_no_other(
    tmp_path: Path, clock: ManualClock
) -> None:
    clip = encode_clip(tmp_path / "large.mp4", frames=10, width=640, height=480, noise=30)
    cameras = [SimulatedCamera(path="street", clip=clip)]
    async with (
        RtspServer(cameras, clock=clock, unread_limit_bytes=500_000) as server,
        connected(server) as reading,
    ):
        await reading.play()
        loop = asyncio.get_running_loop()
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.setblocking(False)
            await loop.sock_connect(deaf, ("127.0.0.1", server.port))
            url = server.url("street")
            await loop.sock_sendall(deaf, f"SETUP {url} RTSP/1.0\r\n{TCP}\r\n\r\n".encode())
            answer = (await loop.sock_recv(deaf, 1000)).decode()
            session = answer.partition("Session: ")[2].partition(";")[0]
            await loop.sock_sendall(deaf, f"PLAY {url} RTSP/1.0\r\nSession: {session}\r\n\r\n".encode())
            assert b"200 OK" in await loop.sock_recv(deaf, 1000)
            assert server.clients("street") == 2
            async with asyncio.timeout(20):
                # Whatever the kernel buffers for the deaf one, it is full some time.
                while server.cut_off == 0:
                    await clock.advance(0.4)
                    await _read_frames(reading, 10)
        assert server.clients("street") == 1
        await clock.advance(0.4)
        await _read_frames(reading, 10)


async def _read_frames(client: Client, count: int) -> None:
    """Read until so many packets with the marker bit have come."""
    while count:
        count -= (await client.read_media())[1] >> 7


async def test_refused_credentials_refuse_everybody(clip: Path) -> None:
    async with RtspServer([SimulatedCamera(path="street", clip=clip)], clock=ManualClock()) as server:
        server.refuse_credentials()
        async with connected(server) as client:
            answer = await client.ask("DESCRIBE")
            assert " 401 " in answer and 'WWW-Authenticate: Digest realm="IP Camera"' in answer


async def test_the_port_can_be_taken_again_at_once(clip: Path) -> None:
    cameras = [SimulatedCamera(path="street", clip=clip)]
    async with RtspServer(cameras, clock=SystemClock()) as server, connected(server) as client:
        await client.play()
        port = server.port
    async with RtspServer(cameras, port=port, clock=SystemClock()) as again, connected(again) as client:
        assert again.port == port
        assert "200 OK" in await client.ask("OPTIONS")
