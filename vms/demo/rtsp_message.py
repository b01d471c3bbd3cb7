"""RTSP/1.0 messages (RFC 2326): requests out of a stream of bytes, and responses into one. No sockets here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

#: what a camera would refuse too: nothing legitimate is longer
_MOST_HEAD_BYTES: Final = 16_384
_MOST_BODY_BYTES: Final = 65_536

REASONS: Final[Mapping[int, str]] = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
    505: "RTSP Version Not Supported",
}


class MalformedRequest(Exception):
    """The bytes are no RTSP; what follows them cannot be told apart, so the connection ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    uri: str
    version: str
    #: names in lower case
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def sequence(self) -> str:
        return self.headers.get("cseq", "0")

    @property
    def path(self) -> str:
        """`rtsp://host:554/street/trackID=0?x=1` is `street`."""
        _, scheme, rest = self.uri.partition("://")
        path = rest.partition("/")[2] if scheme else self.uri.lstrip("/")
        path = path.partition("?")[0].strip("/")
        before, _, last = path.rpartition("/")
        return before if last.startswith("trackID=") else path


class RequestReader:
    """Gathers bytes until they are requests. Interleaved packets (receiver reports) are passed over."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Request]:
        """The requests that `data` completes. Raises MalformedRequest."""
        self._buffer += data
        while self._buffer:
            if self._buffer[0:1] == b"$":
                if not self._skip_interleaved():
                    return
                continue
            # Some clients end a message with a stray line break.
            if self._buffer[0] in b"\r\n":
                del self._buffer[0]
                continue
            request = self._take_request()
            if request is None:
                return
            yield request

    def _skip_interleaved(self) -> bool:
        if len(self._buffer) < 4:
            return False
        length = 4 + int.from_bytes(self._buffer[2:4], "big")
        if len(self._buffer) < length:
            return False
        del self._buffer[:length]
        return True

    def _take_request(self) -> Request | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _MOST_HEAD_BYTES:
                raise MalformedRequest("the head does not end")
            return None
        request = _parse_head(bytes(self._buffer[:end]))
        length = _body_length(request)
        if len(self._buffer) < end + 4 + length:
            return None
        body = bytes(self._buffer[end + 4 : end + 4 + length])
        del self._buffer[: end + 4 + length]
        return Request(
            method=request.method,
            uri=request.uri,
            version=request.version,
            headers=request.headers,
            body=body,
        )


def _parse_head(head: bytes) -> Request:
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    words = first.split()
    if len(words) != 3 or not words[2].startswith("RTSP/"):
        raise MalformedRequest(f"not a request line: {first[:80]!r}")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise MalformedRequest(f"not a header: {line[:80]!r}")
        headers[name.strip().lower()] = value.strip()
    return Request(method=words[0], uri=words[1], version=words[2], headers=headers)


def _body_length(request: Request) -> int:
    text = request.headers.get("content-length", "0")
    if not text.isdecimal() or int(text) > _MOST_BODY_BYTES:
        raise MalformedRequest(f"content length {text[:20]!r}")
    return int(text)


def response(
    status: int, sequence: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> bytes:
    lines = [f"RTSP/1.0 {status} {REASONS[status]}", f"CSeq: {sequence}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body
