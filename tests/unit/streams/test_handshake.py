"""What is asked before FFmpeg is let at a server: redirects refused, accounts given, sound seen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from runtime.clock import SystemClock
from streams.errors import (
    CameraRefused,
    CameraUnauthorised,
    CameraUnreachable,
    NotAnRtspServer,
    StreamEnded,
    StreamError,
    StreamOverTcpRefused,
    StreamPathNotFound,
    StreamRedirected,
)
from streams.handshake import Described, ask, audio_of
from streams.rtsp import RtspSource
from streams.url import parse_stream_url
from vms.demo.digest import DigestGuard
from vms.demo.rtsp_server import RtspServer, SimulatedCamera

SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\nm=audio 0 RTP/AVP 8\r\n"
#: of a request, by its number on the connection: the answer, or None to hang up
Script = Callable[[str, int], str | None]


def answer(status: str, *headers: str, body: str = "") -> str:
    lines = [f"RTSP/1.0 {status}", "CSeq: 1", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]) + body


@asynccontextmanager
async def server(script: Script) -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = 0
        while request := await reader.read(5000):
            said = script(request.decode(), number)
            number += 1
            if said is None:
                break
            writer.write(said.encode())
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


async def asked(script: Script, *, username: str = "", password: str = "") -> Described | None:
    async with server(script) as port:
        url = parse_stream_url(f"rtsp://127.0.0.1:{port}/main")
        return await asyncio.to_thread(
            ask, url, username, password, timeout_s=3, clock=SystemClock(), names="camera"
        )


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (answer("302 Found", "Location: rtsp://10.0.0.1:5432/x"), StreamRedirected),
        (answer("301 Moved"), StreamRedirected),
        (answer("404 Not Found"), StreamPathNotFound),
        (answer("401 Unauthorized"), CameraUnauthorised),
        (answer("403 Forbidden"), CameraUnauthorised),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", NotAnRtspServer),
        ("SSH-2.0-OpenSSH\r\n", NotAnRtspServer),
        ("RTSP/1.0 what\r\n\r\n", NotAnRtspServer),
    ],
)
async def test_what_is_wrong_is_named(said: str, error: type[StreamError]) -> None:
    with pytest.raises(error):
        await asked(lambda _request, _number: said)


async def test_a_redirect_names_where_it_leads_without_an_account() -> None:
    said = answer("302 Found", "Location: rtsp://root:geheim@10.0.0.1/x")
    with pytest.raises(StreamRedirected) as refused:
        await asked(lambda _request, _number: said)
    assert refused.value.context["target"] == "rtsp://***@10.0.0.1/x"


@pytest.mark.parametrize(
    "said",
    [
        None,
        answer("500 Error"),
        answer("200 OK", "Content-Length: 99999999"),
        answer("200 OK", "Content-Length: many"),
        "RTSP/1.0 200 OK\r\nX: " + "x" * 20_000,
    ],
)
async def test_what_is_odd_is_left_for_ffmpeg(said: str | None) -> None:
    assert await asked(lambda _request, _number: said) is None


@pytest.mark.parametrize("extra", ["", ', qop="auth,auth-int"', ', opaque="a\\"b"', ", algorithm=MD5"])
async def test_digest_is_answered_as_it_is_asked_for(extra: str) -> None:
    guard = DigestGuard(username="admin", password="hunter2/@:", realm="IP Camera")

    def script(request: str, _number: int) -> str:
        head, *lines = request.split("\r\n")
        given = next((line[15:] for line in lines if line.startswith("Authorization: ")), "")
        if guard.admits("DESCRIBE", head.split()[1], given):
            return answer("200 OK", body=SDP)
        challenge = guard.challenge.replace(", algorithm=MD5", "") + extra
        return answer(
            "401 Unauthorized", 'WWW-Authenticate: Basic realm="x"', f"WWW-Authenticate: {challenge}"
        )

    assert await asked(script, username="admin", password="hunter2/@:") == Described(audio=("pcm_alaw",))
    with pytest.raises(CameraUnauthorised):
        await asked(script, username="admin", password="wrong")


async def test_basic_is_answered_where_nothing_better_is_asked_for() -> None:
    def script(request: str, _number: int) -> str:
        if "Authorization: Basic YWRtaW46eA==" in request:
            return answer("200 OK", body=SDP)
        return answer("401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')

    assert await asked(script, username="admin", password="x") == Described(audio=("pcm_alaw",))


async def test_nobody_and_silence_are_told_apart(unused_tcp_port: int) -> None:
    url = parse_stream_url(f"rtsp://127.0.0.1:{unused_tcp_port}/x")
    with pytest.raises(CameraRefused):
        ask(url, "", "", timeout_s=3, clock=SystemClock(), names="camera")
    async with server(lambda _request, _number: "") as port:
        silent = parse_stream_url(f"rtsp://127.0.0.1:{port}/x")
        with pytest.raises(CameraUnreachable):
            await asyncio.to_thread(ask, silent, "", "", timeout_s=0.2, clock=SystemClock(), names="camera")


@pytest.mark.parametrize(
    ("media", "audio"),
    [
        ("m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000", ()),
        (
            "m=audio 0 RTP/AVP 0\r\nm=audio 0 RTP/AVP 97\r\na=rtpmap:97 mpeg4-generic/16000/1",
            ("pcm_mulaw", "aac"),
        ),
        ("m=audio 0 RTP/AVP 99\r\na=rtpmap:96 H264/90000\r\na=rtpmap:99 X-Odd/8000", ("x-odd",)),
        ("m=audio 0 RTP/AVP 98", ("?",)),
        ("m=audio", ()),
    ],
)
def test_sound_is_named_as_ffmpeg_names_it(media: str, audio: tuple[str, ...]) -> None:
    assert audio_of(media) == audio


async def opened(port: int) -> None:
    source = RtspSource(f"rtsp://127.0.0.1:{port}/main", open_timeout_s=3, stall_after_s=3)
    try:
        await asyncio.to_thread(source.open)
    finally:
        source.close()


async def test_a_redirect_is_not_followed() -> None:
    called: list[str] = []

    def elsewhere(request: str, _number: int) -> None:
        called.append(request)

    async with server(elsewhere) as secret:
        location = f"Location: rtsp://127.0.0.1:{secret}/private"
        async with server(lambda _request, _number: answer("302 Found", location)) as port:
            with pytest.raises(StreamRedirected, match=str(secret)):
                await opened(port)
    assert called == []


async def test_a_camera_that_hides_its_redirect_at_first_gives_nothing_from_there(h264: Path) -> None:
    """FFmpeg is led elsewhere by who answered otherwise when we asked; what is there is not handed on."""
    secret = SimulatedCamera(path="private", clip=h264)
    async with RtspServer([secret], clock=SystemClock()) as elsewhere:
        asked_before = False

        def script(request: str, _number: int) -> str:
            nonlocal asked_before
            if request.startswith("OPTIONS"):
                return answer("200 OK", "Public: DESCRIBE")
            if not asked_before:
                asked_before = True
                return answer("200 OK", body=SDP)
            return answer("302 Found", f"Location: {elsewhere.url('private')}").replace("CSeq: 1", "CSeq: 2")

        async with server(script) as port:
            with pytest.raises(StreamEnded):
                await opened(port)


async def test_a_camera_that_refuses_tcp_is_named() -> None:
    def script(request: str, number: int) -> str:
        if request.startswith("DESCRIBE"):
            sdp = SDP.replace("m=audio", "a=control:trackID=0\r\nm=audio")
            return answer("200 OK", "Content-Type: application/sdp", body=sdp).replace(
                "CSeq: 1", f"CSeq: {number + 1}"
            )
        said = (
            answer("200 OK", "Public: DESCRIBE")
            if request.startswith("OPTIONS")
            else answer("461 Unsupported Transport")
        )
        return said.replace("CSeq: 1", f"CSeq: {number + 1}")

    async with server(script) as port:
        with pytest.raises(StreamOverTcpRefused):
            await opened(port)
