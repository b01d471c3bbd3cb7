"""WS-Discovery: who answers on a network when a network camera is asked for, over UDP multicast (IPv4).

Anybody may answer, and with anything. So only answers to our own question count, and of these only addresses of the
device that sent them: a camera that names another machine would have us call there. What is passed over is counted by
its cause. Time, the number of answers and the size of each are bounded.
"""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import unquote, urlsplit
from uuid import uuid4
from xml.etree.ElementTree import Element

from runtime.clock import Clock, SystemClock
from streams.errors import InterfaceUnusable
from streams.onvif.xml import XmlUnreadable, descendants, parse_xml, text_of

#: where WS-Discovery is spoken
GROUP: Final = ("239.255.255.250", 3702)
#: bytes of one answer; the usual has two thousand
_MOST_BYTES: Final = 16_384
#: devices that are listed, and answers that are looked at, one by one: a flood costs no more than these
_MOST_DEVICES: Final = 1_000
_MOST_ANSWERS: Final = 4 * _MOST_DEVICES
_MOST_INTERFACES: Final = 32
#: letters of what a device says of itself
_MOST_TEXT: Final = 100
#: times that everybody is asked: UDP loses
_TIMES: Final = 2
#: one question each, because types in one question are asked for together
_TYPES: Final = ("dn:NetworkVideoTransmitter", "tds:Device")
_SCOPE: Final = "onvif://www.onvif.org/"

_QUESTION: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"'
    ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">'
    "<s:Header><a:MessageID>urn:uuid:{id}</a:MessageID>"
    '<a:To s:mustUnderstand="1">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>'
    '<a:Action s:mustUnderstand="1">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header>'
    "<s:Body><d:Probe><d:Types>{types}</d:Types></d:Probe></s:Body></s:Envelope>"
)

#: why an answer, or one device of it, was passed over
Ignored = Literal[
    "no_xml",
    "declares_entities",
    "too_large",
    "not_an_answer",
    "foreign_address",
    "outside_networks",
    "too_many",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A device as it describes itself: nothing of it was tried."""

    #: its endpoint reference, the same whatever address it has; "" where it states none
    endpoint: str
    #: from where it answered
    address: str
    #: of its device service, at the addresses that it answered from
    urls: tuple[str, ...]
    name: str
    hardware: str
    location: str
    #: ONVIF profiles that it claims, such as Streaming and T
    profiles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    #: in the order of their addresses
    devices: tuple[Found, ...]
    #: answers that were passed over, by cause
    ignored: Mapping[Ignored, int]


async def discover(
    *,
    seconds: float,
    interface: str | None = None,
    is_allowed: Callable[[str], bool] = lambda _host: True,
    on_found: Callable[[Found], None] = lambda _found: None,
    clock: Clock | None = None,
    group: tuple[str, int] = GROUP,
) -> Discovery:
    """Ask, and listen for so many seconds. `interface` is a name or an address of this machine; None is every one.

    Devices at hosts that are not `is_allowed` are passed over. Raises: InterfaceUnusable.
    """
    clock = clock or SystemClock()
    loop = asyncio.get_running_loop()
    ids = [str(uuid4()) for _ in _TYPES]
    questions = [_QUESTION.format(id=id, types=types).encode() for id, types in zip(ids, _TYPES, strict=True)]
    answers = Answers(ids, is_allowed=is_allowed, on_found=on_found)
    with ExitStack() as stack:
        sockets = _sockets(interface)
        for each in sockets:
            transport, _ = await loop.create_datagram_endpoint(lambda: _Listener(answers), sock=each)
            stack.callback(transport.close)
        for _ in range(_TIMES):
            _ask(sockets, questions, group, interface)
            await clock.sleep(seconds / _TIMES)
    return answers.result()


def interfaces() -> list[str]:
    """The names of what this machine can ask through."""
    return [name for _, name in socket.if_nameindex()][:_MOST_INTERFACES]


class Answers:
    """What came back, merged and counted. No sockets here."""

    def __init__(
        self,
        ids: Sequence[str],
        *,
        is_allowed: Callable[[str], bool] = lambda _host: True,
        on_found: Callable[[Found], None] = lambda _found: None,
    ) -> None:
        self._ids = frozenset(id.lower() for id in ids)
        self._is_allowed = is_allowed
        self._on_found = on_found
        self._devices: dict[str, Found] = {}
        self._ignored: Counter[Ignored] = Counter()
        self._seen = 0

    def add(self, data: bytes, sender: str) -> None:
        self._seen += 1
        if self._seen > _MOST_ANSWERS:
            self._ignored["too_many"] += 1
            return
        try:
            root = parse_xml(data, most_bytes=_MOST_BYTES)
        except XmlUnreadable as error:
            self._ignored[error.fault] += 1
            return
        matches = list(descendants(root, "ProbeMatch"))
        if not matches or text_of(root, "RelatesTo").lower().rpartition(":")[2] not in self._ids:
            self._ignored["not_an_answer"] += 1
            return
        for match in matches:
            self._add_match(match, sender)

    def result(self) -> Discovery:
        devices = sorted(self._devices.values(), key=lambda device: ip_address(device.address))
        return Discovery(devices=tuple(devices), ignored=dict(self._ignored))

    def _add_match(self, match: Element, sender: str) -> None:
        urls = tuple(dict.fromkeys(_urls(text_of(match, "XAddrs"), sender)))
        if not urls:
            self._ignored["foreign_address"] += 1
            return
        if not self._is_allowed(sender):
            self._ignored["outside_networks"] += 1
            return
        endpoint = _clean(text_of(match, "Address"))
        known = self._devices.get(endpoint or sender)
        if known is not None:
            merged = tuple(dict.fromkeys((*known.urls, *urls)))
            self._devices[endpoint or sender] = replace(known, urls=merged)
            return
        if len(self._devices) >= _MOST_DEVICES:
            self._ignored["too_many"] += 1
            return
        scopes = text_of(match, "Scopes").split()
        found = Found(
            endpoint=endpoint,
            address=sender,
            urls=urls,
            name=_scope(scopes, "name"),
            hardware=_scope(scopes, "hardware"),
            location=_scope(scopes, "location"),
            profiles=tuple(dict.fromkeys(_scopes(scopes, "Profile"))),
        )
        self._devices[endpoint or sender] = found
        self._on_found(found)


class _Listener(asyncio.DatagramProtocol):
    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self._answers.add(data, str(addr[0]))


def _urls(xaddrs: str, sender: str) -> Iterator[str]:
    """The addresses that are the sender's own."""
    for text in xaddrs.split():
        try:
            url = urlsplit(text)
            host, _port = url.hostname, url.port
        except ValueError:
            continue
        if (
            url.scheme in ("http", "https")
            and host == sender
            and "@" not in url.netloc
            and text.isprintable()
        ):
            yield text


def _scopes(scopes: Sequence[str], kind: str) -> Iterator[str]:
    prefix = f"{_SCOPE}{kind}/".lower()
    for scope in scopes:
        if scope.lower().startswith(prefix):
            yield _clean(unquote(scope[len(prefix) :]).strip("/"))


def _scope(scopes: Sequence[str], kind: str) -> str:
    return " ".join(dict.fromkeys(_scopes(scopes, kind)))[:_MOST_TEXT]


def _clean(text: str) -> str:
    """As it may be shown: without control characters, which a terminal would obey."""
    return "".join(letter for letter in text if letter.isprintable())[:_MOST_TEXT]


def _sockets(interface: str | None) -> list[socket.socket]:
    """One for each interface that is to be asked through. Raises: InterfaceUnusable."""
    found: list[socket.socket] = []
    for member in [_member(interface)] if interface is not None else map(_member, interfaces()):
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        try:
            sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, member)
            sock.bind(("", 0))
        except OSError as error:
            sock.close()
            if interface is not None:
                raise _unusable(interface, error.strerror) from error
            continue
        found.append(sock)
    return found


def _member(interface: str) -> bytes:
    """`struct ip_mreqn` of an interface: by its index, which a name leads to, or by its address."""
    try:
        return struct.pack("=4s4si", bytes(4), bytes(4), socket.if_nametoindex(interface))
    except (OSError, ValueError):  # no such name, or one that holds a null byte
        pass
    try:
        return struct.pack("=4s4si", bytes(4), socket.inet_pton(socket.AF_INET, interface), 0)
    except (OSError, ValueError):
        raise _unusable(interface, "there is no such interface") from None


def _ask(
    sockets: Sequence[socket.socket],
    questions: Sequence[bytes],
    group: tuple[str, int],
    interface: str | None,
) -> None:
    """Raises: InterfaceUnusable where nobody can be asked at all."""
    asked, reason = False, "there is none"
    for each in sockets:
        for question in questions:
            try:
                each.sendto(question, group)
                asked = True
            except OSError as error:  # an interface that is down: the others are asked
                reason = error.strerror or str(error)
    if not asked:
        raise _unusable(interface or "*", reason)


def _unusable(interface: str, reason: str | None) -> InterfaceUnusable:
    return InterfaceUnusable(interface=interface, reason=reason or "it failed", known=", ".join(interfaces()))
