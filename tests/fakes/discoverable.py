"""Devices that answer when a network camera is asked for, over real UDP multicast on the loopback."""

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

GROUP = "239.255.255.250"
ENDPOINT = "urn:uuid:00112233-4455-6677-8899-aabbccddeeff"


def probe_match(
    relates_to: str,
    *,
    endpoint: str = ENDPOINT,
    urls: str = "http://127.0.0.1/onvif/device_service",
    scopes: str = "onvif://www.onvif.org/name/East%20Gate onvif://www.onvif.org/hardware/DS-2CD",
    matches: int = 1,
) -> bytes:
    match = (
        f"<d:ProbeMatch><a:EndpointReference><a:Address>{endpoint}</a:Address></a:EndpointReference>"
        f"<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{urls}</d:XAddrs>"
        "<d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>"
    )
    return (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
        ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
        f"<s:Header><a:RelatesTo>{relates_to}</a:RelatesTo></s:Header>"
        f"<s:Body><d:ProbeMatches>{match * matches}</d:ProbeMatches></s:Body></s:Envelope>"
    ).encode()


class _Responder(asyncio.DatagramProtocol):
    def __init__(self, answers: list[Callable[[str], bytes]]) -> None:
        self._answers = answers
        self.questions: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.questions.append(data)
        asked = re.search(rb"MessageID>([^<]+)<", data)
        assert asked is not None
        for answer in self._answers:
            self._transport.sendto(answer(asked[1].decode()), addr)  # type: ignore[attr-defined]


@asynccontextmanager
async def responding(
    *answers: Callable[[str], bytes],
) -> AsyncIterator[tuple[tuple[str, int], list[bytes]]]:
    """The group and port at which these answers are given, and the questions that came."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("", 0))
    member = struct.pack("=4s4si", socket.inet_aton(GROUP), socket.inet_aton("127.0.0.1"), 0)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
    responder = _Responder(list(answers))
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: responder, sock=sock)
    try:
        yield (GROUP, sock.getsockname()[1]), responder.questions
    finally:
        transport.close()
