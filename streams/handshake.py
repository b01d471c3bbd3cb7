"""What an RTSP server says before FFmpeg is let at it: DESCRIBE, asked by ourselves on a connection of its own.

FFmpeg follows a redirect to wherever it leads, also to a database on this machine, and cannot be told not to. So a
redirect is refused here, with the address that it leads to. The session description also says whether there is sound,
for which FFmpeg is not asked. Whatever else is odd is left for FFmpeg to name.
"""

import hashlib
import re
import secrets
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from runtime.clock import Clock
from streams.errors import (
    CameraRefused,
    CameraUnauthorised,
    CameraUnreachable,
    NotAnRtspServer,
    StreamPathNotFound,
    StreamRedirected,
)
from streams.url import StreamUrl, redacted

_MOST_HEAD_BYTES: Final = 16_384
_MOST_BODY_BYTES: Final = 65_536
_PARAMETER: Final = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')
_STATUS: Final = re.compile(rb"RTSP/1\.\d (\d{3})\b")
#: codecs of sound, as SDP names them, as FFmpeg does; and payload types that SDP need not name (RFC 3551)
_AUDIO: Final = {
    "PCMU": "pcm_mulaw",
    "PCMA": "pcm_alaw",
    "MPEG4-GENERIC": "aac",
    "MP4A-LATM": "aac",
    "MPA": "mp2",
    "OPUS": "opus",
    "G722": "adpcm_g722",
    "G726-16": "adpcm_g726",
    "G726-32": "adpcm_g726",
}
_STATIC: Final = {"0": "PCMU", "8": "PCMA", "9": "G722", "14": "MPA"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    #: codecs of the sound that is offered, as FFmpeg names them where it knows them
    audio: tuple[str, ...]


class _Odd(Exception):
    """The answer is none that is understood here."""


def ask(
    url: StreamUrl, username: str, password: str, *, timeout_s: float, clock: Clock, names: str
) -> Described | None:
    """What is offered at `url`, within `timeout_s`; None where the answer is odd. `names` stands in errors.

    Blocks. Raises: StreamRedirected, CameraRefused, CameraUnreachable, CameraUnauthorised, StreamPathNotFound,
    NotAnRtspServer.
    """
    deadline = clock.monotonic() + timeout_s
    try:
        with socket.create_connection((url.host, url.effective_port), timeout=timeout_s) as plain:
            sock = _encrypted(plain, url.host) if url.scheme == "rtsps" else plain
            dialogue = _Dialogue(sock, deadline=deadline, clock=clock)
            status, headers, body = dialogue.describe(url.public)
            if status == 401 and username:
                authorization = _authorization(headers, username, password, url.public)
                status, headers, body = dialogue.describe(url.public, authorization)
    except _Odd:
        return None
    except TimeoutError:
        raise CameraUnreachable(url=names, reason=f"no answer within {timeout_s:g} s") from None
    except ConnectionRefusedError:
        raise CameraRefused(url=names) from None
    except ConnectionResetError:
        return None
    except OSError as error:
        raise CameraUnreachable(url=names, reason=error.strerror or "it failed") from None
    if 300 <= status < 400:
        target = "".join(filter(str.isprintable, _first(headers, "location")))[:200]
        raise StreamRedirected(url=names, target=redacted(target) or "?")
    if status in (401, 403):
        raise CameraUnauthorised(url=names)
    if status == 404:
        raise StreamPathNotFound(url=names)
    if status == 0:
        raise NotAnRtspServer(url=names)
    return Described(audio=audio_of(body)) if status == 200 else None


def audio_of(sdp: str) -> tuple[str, ...]:
    """The codecs of sound in a session description (RFC 4566)."""
    found: dict[str, str] = {}
    payload = None
    for line in sdp.splitlines():
        if line.startswith("m="):
            words = line.split()
            payload = words[3] if words[0] == "m=audio" and len(words) > 3 else None
            if payload is not None:
                found[payload] = _STATIC.get(payload, "?")
        elif payload is not None and line.startswith(f"a=rtpmap:{payload} "):
            found[payload] = line.partition(" ")[2].partition("/")[0].strip().upper()
    known = (_AUDIO.get(name, name.lower()) for name in found.values())
    return tuple(dict.fromkeys("".join(filter(str.isprintable, name))[:30] for name in known))


class _Dialogue:
    def __init__(self, sock: socket.socket, *, deadline: float, clock: Clock) -> None:
        self._socket = sock
        self._deadline = deadline
        self._clock = clock
        self._buffer = b""
        self._sequence = 0

    def describe(self, uri: str, authorization: str = "") -> tuple[int, Mapping[str, Sequence[str]], str]:
        """Status, headers in lower case and body of the answer; status 0 where something else than RTSP answers."""
        self._sequence += 1
        lines = [f"DESCRIBE {uri} RTSP/1.0", f"CSeq: {self._sequence}", "Accept: application/sdp"]
        if authorization:
            lines.append(f"Authorization: {authorization}")
        self._socket.sendall("\r\n".join([*lines, "User-Agent: vms", "", ""]).encode())
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > _MOST_HEAD_BYTES:
                raise _Odd
            if self._buffer[:5] and not b"RTSP/".startswith(self._buffer[:5]):
                return 0, {}, ""
            self._receive()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        status = _STATUS.match(head)
        if status is None:
            return 0, {}, ""
        headers: dict[str, list[str]] = {}
        for line in head.decode("utf-8", "replace").split("\r\n")[1:]:
            name, _, value = line.partition(":")
            headers.setdefault(name.strip().lower(), []).append(value.strip())
        length = _first(headers, "content-length") or "0"
        if not (length.isascii() and length.isdigit() and int(length) <= _MOST_BODY_BYTES):
            raise _Odd
        while len(self._buffer) < int(length):
            self._receive()
        body, self._buffer = self._buffer[: int(length)], self._buffer[int(length) :]
        return int(status[1]), headers, body.decode("utf-8", "replace")

    def _receive(self) -> None:
        left_s = self._deadline - self._clock.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._socket.settimeout(left_s)
        data = self._socket.recv(16_384)
        if not data:
            raise _Odd
        self._buffer += data


def _encrypted(plain: socket.socket, host: str) -> socket.socket:
    """As FFmpeg does it: cameras sign their certificates themselves."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=host)


def _authorization(headers: Mapping[str, Sequence[str]], username: str, password: str, uri: str) -> str:
    """For the strongest challenge that is understood: Digest (RFC 2617, RFC 7616), else Basic. Raises: _Odd."""
    challenges = headers.get("www-authenticate", ())
    for challenge in challenges:
        if challenge.lower().startswith("digest "):
            asked = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(challenge)}
            if asked.get("algorithm", "MD5").upper() in ("MD5", "SHA-256"):
                return _digest(asked, username, password, uri)
    if any(challenge.lower().startswith("basic") for challenge in challenges):
        return "Basic " + b64encode(f"{username}:{password}".encode()).decode()
    raise _Odd


def _digest(asked: Mapping[str, str], username: str, password: str, uri: str) -> str:
    algorithm = asked.get("algorithm", "MD5").upper()

    def hashed(text: str) -> str:
        return hashlib.new(algorithm.replace("-", ""), text.encode(), usedforsecurity=False).hexdigest()

    realm, nonce = asked.get("realm", ""), asked.get("nonce", "")
    who, what = hashed(f"{username}:{realm}:{password}"), hashed(f"DESCRIBE:{uri}")
    given = {"username": username, "realm": realm, "nonce": nonce, "uri": uri}
    extra = f", algorithm={algorithm}" if "algorithm" in asked else ""
    if "opaque" in asked:
        given["opaque"] = asked["opaque"]
    if "auth" in re.split(r"[\s,]+", asked.get("qop", "")):
        own = secrets.token_hex(8)
        given |= {"cnonce": own, "response": hashed(f"{who}:{nonce}:00000001:{own}:auth:{what}")}
        extra += ", qop=auth, nc=00000001"
    else:
        given["response"] = hashed(f"{who}:{nonce}:{what}")
    quoted = ", ".join(f'{name}="{_escaped(value)}"' for name, value in given.items())
    return f"Digest {quoted}{extra}"


def _escaped(text: str) -> str:
    """Within quotes, and on one line."""
    return re.sub(r'(["\\])', r"\\\1", re.sub(r"[\r\n]", "", text))


def _first(headers: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(headers.get(name, ())), "")
