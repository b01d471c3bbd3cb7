"""SOAP as ONVIF speaks it: envelopes out, bodies and faults in. No I/O.

A request names its operation and namespace and has a body of text that was escaped by whoever made it (`element`).
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from streams.onvif.xml import descendant, local_name, text_of

SCHEMA: Final = "http://www.onvif.org/ver10/schema"
DEVICE: Final = "http://www.onvif.org/ver10/device/wsdl"
MEDIA1: Final = "http://www.onvif.org/ver10/media/wsdl"
MEDIA2: Final = "http://www.onvif.org/ver20/media/wsdl"
PTZ: Final = "http://www.onvif.org/ver20/ptz/wsdl"
EVENTS: Final = "http://www.onvif.org/ver10/events/wsdl"
IMAGING: Final = "http://www.onvif.org/ver20/imaging/wsdl"
NOTIFICATION: Final = "http://docs.oasis-open.org/wsn/b-2"

_ENVELOPE: Final = "http://www.w3.org/2003/05/soap-envelope"
_ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"
_SECURITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
_UTILITY: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
_TOKEN: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0"
_MESSAGE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0"

#: subcodes of faults that mean a refused account; the last two are what some makes say instead
_UNAUTHORISED: Final = frozenset(
    {"NotAuthorized", "FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken", "Unauthorized"}
)
_UNSUPPORTED: Final = frozenset(
    {"ActionNotSupported", "OptionalActionNotImplemented", "NotImplemented", "NoSuchService", "NotSupported"}
)
#: letters of a fault's reason that are told on
_MOST_REASON: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    operation: str
    #: of the operation's element, and where the service has another, of its action
    namespace: str
    body: str = ""
    #: WS-Addressing action, where the operation wants one
    action: str | None = None
    #: headers that an answer asked to be sent back, as XML
    reference: str = ""

    @property
    def soap_action(self) -> str:
        return self.action or f"{self.namespace}/{self.operation}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    username: str
    password: str

    def __repr__(self) -> str:
        return "Account(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What a device said instead of an answer."""

    subcodes: frozenset[str]
    reason: str

    @property
    def unauthorised(self) -> bool:
        return bool(self.subcodes & _UNAUTHORISED)

    @property
    def unsupported(self) -> bool:
        return bool(self.subcodes & _UNSUPPORTED)


def element(tag: str, text: object = "", /, inside: str = "", **attributes: str) -> str:
    """An element with text, or with XML inside; everything that is no XML is escaped."""
    given = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{given}>{escape(str(text))}{inside}</{tag.partition(' ')[0]}>"


def envelope(
    request: Request, *, to: str, account: Account | None, created: datetime, nonce: bytes, message_id: str
) -> bytes:
    """The message; `created` is the device's own time, or it refuses the digest."""
    headers = "" if account is None else _token(account, created, nonce)
    if request.action is not None:
        headers += (
            element("a:Action", request.action, **{"s:mustUnderstand": "1"})
            + element("a:MessageID", f"urn:uuid:{message_id}")
            + element("a:ReplyTo", inside=element("a:Address", f"{_ADDRESSING}/anonymous"))
            + element("a:To", to, **{"s:mustUnderstand": "1"})
            + request.reference
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<s:Envelope xmlns:s="{_ENVELOPE}" xmlns:a="{_ADDRESSING}" xmlns:tt="{SCHEMA}">'
        f"<s:Header>{headers}</s:Header>"
        f'<s:Body><{request.operation} xmlns="{request.namespace}">{request.body}</{request.operation}></s:Body>'
        "</s:Envelope>"
    ).encode()


def _token(account: Account, created: datetime, nonce: bytes) -> str:
    """WS-UsernameToken with a digest: base64(sha1(nonce + created + password)), UsernameToken profile 1.0."""
    at = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    digest = password_digest(account.password, at, nonce)
    token = (
        element("w:Username", account.username)
        + element("w:Password", digest, Type=f"{_TOKEN}#PasswordDigest")
        + element("w:Nonce", base64.b64encode(nonce).decode(), EncodingType=f"{_MESSAGE}#Base64Binary")
        + f'<u:Created xmlns:u="{_UTILITY}">{at}</u:Created>'
    )
    return (
        f'<w:Security xmlns:w="{_SECURITY}" s:mustUnderstand="1">'
        f"<w:UsernameToken>{token}</w:UsernameToken></w:Security>"
    )


def password_digest(password: str, created: str, nonce: bytes) -> str:
    digest = hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def body_of(root: Element) -> Element | None:
    """What stands in the body of an envelope; None where it is none, or is empty."""
    if local_name(root) != "Envelope":
        return None
    body = next((child for child in root if local_name(child) == "Body"), None)
    return None if body is None else next(iter(body), None)


def fault_of(content: Element) -> Fault | None:
    """The fault that a body's content is; None where it is an answer. SOAP 1.1 and 1.2."""
    if local_name(content) != "Fault":
        return None
    codes = [
        text for each in content.iter() if local_name(each) in ("Value", "faultcode") and (text := each.text)
    ]
    reason = text_of(content, "Text") or text_of(content, "faultstring") or text_of(content, "Reason")
    reason = "".join(letter if letter.isprintable() else " " for letter in reason[:_MOST_REASON])
    return Fault(
        subcodes=frozenset(code.strip().rpartition(":")[2] for code in codes),
        reason=" ".join(reason.split()) or ", ".join(sorted(codes)[:3]) or "no reason given",
    )


def values_of(parent: Element, names: Mapping[str, str]) -> dict[str, str]:
    """{key: text} of the first descendants with these local names; what is not there is left out."""
    found = {key: descendant(parent, name) for key, name in names.items()}
    return {key: (each.text or "").strip() for key, each in found.items() if each is not None}
