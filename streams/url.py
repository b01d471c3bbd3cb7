"""The address of a stream: checked, and with its credentials taken out.

Only text is looked at here; whether anybody answers at the address is for probe.py to find out.
"""

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from streams.errors import InvalidStreamUrl

_DEFAULT_PORTS = {"rtsp": 554, "rtsps": 322}
#: what a host name may be written with; names that are not ASCII are left to the resolver
_HOST = re.compile(r"[\w.-]+")
#: everything between the scheme and the last @: a password may itself hold @, / or a space
_USERINFO = re.compile(r"(?<=//).*@", re.DOTALL)
#: some makers want the password in the path or the query
_PASSWORD_IN_PATH = re.compile(r"((?:password|passwd|passphrase|pwd|pass|token)=)[^&/_?]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamUrl:
    """An RTSP address in its parts; `public` is what may be stored, shown and logged."""

    scheme: str
    #: a name or an address, IPv6 without brackets
    host: str
    #: None where the address names none; `effective_port` has the default of the scheme
    port: int | None
    #: path and query, beginning with / unless empty
    path: str
    #: percent-decoded; empty where the address has none
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def effective_port(self) -> int:
        return self.port or _DEFAULT_PORTS[self.scheme]

    @property
    def public(self) -> str:
        """The address without user name and password."""
        return f"{self.scheme}://{self._authority}{self.path}"

    def with_credentials(self, username: str, password: str) -> str:
        """The address to give to a client: credentials percent-encoded into it. Never log what this returns."""
        if not username and not password:
            return self.public
        secret = f"{quote(username, safe='')}:{quote(password, safe='')}"
        return f"{self.scheme}://{secret}@{self._authority}{self.path}"

    @property
    def _authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


def parse_stream_url(text: str) -> StreamUrl:
    """Split and check an address; raises InvalidStreamUrl with the reason, never with the credentials."""

    def invalid(reason: str) -> InvalidStreamUrl:
        return InvalidStreamUrl(url=redacted(text), reason=reason)

    if not text:
        raise invalid("it is empty")
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise invalid("it contains a space or a control character")
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if not separator:
        raise invalid("it has no scheme such as rtsp://")
    if scheme not in _DEFAULT_PORTS:
        raise invalid(f"the scheme {scheme}:// is not one of rtsp://, rtsps://")
    end = next((at for at, letter in enumerate(rest) if letter in "/?"), len(rest))
    # A password with an unescaped / or ? in it: what stands before it looks like host and port, and is neither.
    cut_short = ":" in rest[:end] and "@" not in rest[:end] and "@" in rest[end:]
    if cut_short and not rest[:end].rpartition(":")[2].isdigit():
        raise invalid("a / or ? in the user name or password must be written as %2F or %3F")
    userinfo, _, authority = rest[:end].rpartition("@")
    username, _, password = userinfo.partition(":")
    host, port_text = _split_authority(authority)
    if not host:
        raise invalid("it names no host")
    if not _is_host(host, bracketed=authority.startswith("[")):
        raise invalid(f"{host!r} is not a host name or address")
    port: int | None = None
    if port_text is not None:
        if not (port_text.isascii() and port_text.isdigit() and 1 <= int(port_text) <= 65535):
            raise invalid(f"the port {port_text!r} is not a number from 1 to 65535")
        port = int(port_text)
    path = rest[end:]
    return StreamUrl(
        scheme=scheme,
        host=host,
        port=port,
        path=f"/{path}" if path.startswith("?") else path,
        username=unquote(username),
        password=unquote(password),
    )


def is_file_source(text: str) -> bool:
    """Whether a profile's address is the path of a file on this machine instead of an RTSP address."""
    if "://" in text or not text:
        return False
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # a name that is too long, or holds a null byte
        return False


def redacted(text: str) -> str:
    """`text` with whatever could be a credential blotted out: for messages about addresses, even broken ones."""
    return _PASSWORD_IN_PATH.sub(r"\1***", _USERINFO.sub("***@", text, count=1))


def _split_authority(authority: str) -> tuple[str, str | None]:
    if authority.startswith("["):
        host, _, after = authority[1:].partition("]")
        return host, after[1:] if after.startswith(":") else (after or None)
    host, separator, port = authority.partition(":")
    return host, port if separator else None


def _is_host(host: str, *, bracketed: bool) -> bool:
    if bracketed:
        try:
            ipaddress.IPv6Address(host.partition("%")[0])
        except ValueError:
            return False
        return True
    return _HOST.fullmatch(host) is not None
