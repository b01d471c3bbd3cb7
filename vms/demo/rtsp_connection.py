"""One client of the simulated server: its requests, and the pictures that are written to it.

Everything is written without waiting. What a client leaves unread piles up to a limit; then it is cut off and counted,
so that it costs neither memory nor anybody else's picture.
"""

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vms.demo.digest import DigestGuard
from vms.demo.mount import Mount
from vms.demo.rtsp_message import MalformedRequest, Request, RequestReader, response

_METHODS: Final = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN"
_INTERLEAVED: Final = re.compile(r"interleaved=(\d+)")
#: seconds of silence after which a camera may forget a session; FFmpeg keeps alive at half of it
_SESSION_TIMEOUT_S: Final = 60


@dataclass(slots=True, kw_only=True)
class ServerState:
    """What the connections of one server share."""

    mounts: Mapping[str, Mount]
    username: str
    password: str
    #: may be passed by one frame
    unread_limit_bytes: int
    #: answer 401 whatever is given
    refuse_credentials: bool = False
    #: clients that were cut off because they did not read
    cut_off: int = 0

    def guard(self) -> DigestGuard | None:
        if not self.username and not self.refuse_credentials:
            return None
        return DigestGuard(username=self.username, password=self.password)


class RtspConnection(asyncio.Protocol):
    channel = 0

    def __init__(self, state: ServerState, connections: set["RtspConnection"]) -> None:
        self._state = state
        self._connections = connections
        self._guard = state.guard()
        self._reader = RequestReader()
        self._transport: asyncio.Transport | None = None
        self._session = ""
        #: the mount that was set up, and is played once PLAY comes
        self._mount: Mount | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._connections.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._connections.discard(self)
        self._end_session()
        self._transport = None

    def data_received(self, data: bytes) -> None:
        try:
            for request in self._reader.feed(data):
                self._write(self._answer(request))
        except MalformedRequest:
            self._write(response(400, "0"))
            self.hang_up()

    def send_media(self, data: bytes) -> None:
        if self._transport is None:
            return
        if self._transport.get_write_buffer_size() > self._state.unread_limit_bytes:
            self._state.cut_off += 1
            self._end_session()
            # abort(), for close() would wait until the unread is read
            self._transport.abort()
            return
        self._transport.write(data)

    def hang_up(self) -> None:
        self._end_session()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        self._end_session()
        if self._transport is not None:
            self._transport.abort()

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _end_session(self) -> None:
        if self._mount is not None:
            self._mount.leave(self)
        self._mount, self._session = None, ""

    def _answer(self, request: Request) -> bytes:
        if request.version != "RTSP/1.0":
            return response(505, request.sequence)
        if request.method == "OPTIONS":
            return response(200, request.sequence, {"Public": _METHODS})
        if not self._admits(request):
            assert self._guard is not None
            return response(401, request.sequence, {"WWW-Authenticate": self._guard.challenge})
        match request.method:
            case "DESCRIBE":
                return self._describe(request)
            case "SETUP":
                return self._set_up(request)
            case "PLAY":
                return self._play(request)
            case "GET_PARAMETER" | "SET_PARAMETER":
                # Without a session too: that is how clients keep a connection alive.
                return response(200, request.sequence, self._session_header())
            case "TEARDOWN":
                return self._tear_down(request)
        return response(501, request.sequence, {"Public": _METHODS})

    def _admits(self, request: Request) -> bool:
        if self._guard is None:
            return True
        admitted = self._guard.admits(request.method, request.uri, request.headers.get("authorization", ""))
        return admitted and not self._state.refuse_credentials

    def _describe(self, request: Request) -> bytes:
        mount = self._state.mounts.get(request.path)
        if mount is None:
            return response(404, request.sequence)
        headers = {"Content-Type": "application/sdp", "Content-Base": request.uri.rstrip("/") + "/"}
        return response(200, request.sequence, headers, mount.describe().encode())

    def _set_up(self, request: Request) -> bytes:
        mount = self._state.mounts.get(request.path)
        if mount is None:
            return response(404, request.sequence)
        if self._session:
            # One picture a camera: a second SETUP in a session has nothing to set up.
            return response(455, request.sequence, self._session_header())
        transport = request.headers.get("transport", "")
        if "RTP/AVP/TCP" not in transport.upper():
            return response(461, request.sequence)
        wanted = _INTERLEAVED.search(transport)
        self.channel = min(int(wanted[1]), 254) if wanted else 0
        self._mount, self._session = mount, secrets.token_hex(8)
        agreed = f"RTP/AVP/TCP;unicast;interleaved={self.channel}-{self.channel + 1}"
        return response(200, request.sequence, {"Transport": agreed, **self._session_header()})

    def _play(self, request: Request) -> bytes:
        refusal = self._refusal(request)
        if refusal or self._mount is None:
            return response(refusal or 455, request.sequence)
        sequence, timestamp = self._mount.join(self)
        base = request.uri.rstrip("/")
        headers = {
            **self._session_header(),
            "Range": "npt=now-",
            "RTP-Info": f"url={base}/trackID=0;seq={sequence};rtptime={timestamp}",
        }
        return response(200, request.sequence, headers)

    def _tear_down(self, request: Request) -> bytes:
        refusal = self._refusal(request)
        if refusal:
            return response(refusal, request.sequence)
        self._end_session()
        return response(200, request.sequence)

    def _refusal(self, request: Request) -> int:
        """The status that refuses a request which needs a session, or 0."""
        if not self._session:
            return 455
        given = request.headers.get("session", "").partition(";")[0].strip()
        return 0 if given == self._session else 454

    def _session_header(self) -> dict[str, str]:
        return {"Session": f"{self._session};timeout={_SESSION_TIMEOUT_S}"} if self._session else {}
