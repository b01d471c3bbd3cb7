"""Addresses that a device gives, led back to the device itself. No I/O.

Behind NAT a device answers with its private address, and a hostile one with whatever it wants this server to call. Both
come to the same here: the host is replaced by the one that the device was asked at. No other host is ever called.
"""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from streams.errors import InvalidStreamUrl
from streams.onvif.errors import OnvifWarning, UriRefused, UriRewritten
from streams.url import parse_stream_url, redacted

_LONGEST = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHost:
    """The device as it was asked; what it calls itself is compared with this."""

    scheme: str
    #: IPv6 without brackets
    host: str
    port: int

    @property
    def address(self) -> str:
        """For messages."""
        return f"{_bracketed(self.host)}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.address}"

    def http_url(self, text: str, what: str) -> tuple[str | None, OnvifWarning | None]:
        """An address of HTTP on this host: a relative one is resolved, another host and its port replaced by ours.

        None with the reason where it cannot be used at all.
        """
        try:
            given = urlsplit(urljoin(f"{self.origin}/", _checked(text)))
            host, port = given.hostname, given.port
        except ValueError as error:
            return None, self._refused(text, what, str(error))
        if given.scheme not in ("http", "https") or not host:
            return None, self._refused(text, what, "it is no address of HTTP")
        path = (given.path or "/") + (f"?{given.query}" if given.query else "")
        if host != self.host.lower():
            # The port is of the foreign host: behind NAT ours is the one that is forwarded.
            return f"{self.origin}{path}", UriRewritten(address=self.address, host=host, what=what)
        if port is None:
            port = 443 if given.scheme == "https" else 80
        return f"{given.scheme}://{_bracketed(self.host)}:{port}{path}", None

    def stream_url(self, text: str, what: str) -> tuple[str | None, OnvifWarning | None]:
        """An address of RTSP on this host, without credentials; its port is kept, for NAT forwards the usual one."""
        try:
            resolved = urljoin(f"rtsp://{_bracketed(self.host)}/", _checked(text))
            given = parse_stream_url(resolved)
        except ValueError as error:
            return None, self._refused(text, what, str(error))
        except InvalidStreamUrl as error:
            return None, self._refused(text, what, str(error.context["reason"]))
        port = "" if given.port is None else f":{given.port}"
        own = f"{given.scheme}://{_bracketed(self.host)}{port}{given.path}"
        if given.host.lower() != self.host.lower():
            return own, UriRewritten(address=self.address, host=given.host, what=what)
        return own, None

    def _refused(self, text: str, what: str, reason: str) -> UriRefused:
        return UriRefused(address=self.address, uri=redacted(text[:100]), what=what, reason=reason)


def _checked(text: str) -> str:
    """Raises: ValueError."""
    text = text.strip()
    if not text:
        raise ValueError("it is empty")
    if len(text) > _LONGEST:
        raise ValueError("it is too long")
    if not text.isprintable() or " " in text:
        raise ValueError("it contains a space or a control character")
    return text


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
