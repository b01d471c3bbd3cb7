"""Digest authentication as a camera does it: RFC 2617, and RFC 7616 with algorithm MD5.

Not for people: sessions of the console are in `vms/auth`. MD5 is what cameras and FFmpeg still speak.
"""

import hashlib
import hmac
import re
import secrets

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))')


class DigestGuard:
    """Checks the Authorization header of one connection against one user; each connection has a nonce of its own."""

    def __init__(
        self, *, username: str, password: str, realm: str = "IP Camera", nonce: str | None = None
    ) -> None:
        self._username = username
        self._realm = realm
        self._secret = _md5(f"{username}:{realm}:{password}")
        self._nonce = nonce or secrets.token_hex(16)

    @property
    def challenge(self) -> str:
        """The WWW-Authenticate header. No `qop`: as most cameras, and RFC 2617 allows it."""
        return f'Digest realm="{self._realm}", nonce="{self._nonce}", algorithm=MD5'

    def admits(self, method: str, uri: str, authorization: str) -> bool:
        scheme, _, rest = authorization.partition(" ")
        if scheme.lower() != "digest":
            return False
        given = {key.lower(): quoted or bare for key, quoted, bare in _PARAMETER.findall(rest)}
        if (given.get("username"), given.get("nonce")) != (self._username, self._nonce):
            return False
        # The digest must be for this request: one taken from a DESCRIBE opens no SETUP elsewhere.
        if given.get("uri") != uri:
            return False
        expected = self._response(method, uri, given)
        return hmac.compare_digest(expected.encode(), given.get("response", "").lower().encode())

    def _response(self, method: str, uri: str, given: dict[str, str]) -> str:
        request = _md5(f"{method}:{uri}")
        if "qop" in given:
            count, own = given.get("nc", ""), given.get("cnonce", "")
            return _md5(f"{self._secret}:{self._nonce}:{count}:{own}:{given['qop']}:{request}")
        return _md5(f"{self._secret}:{self._nonce}:{request}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
