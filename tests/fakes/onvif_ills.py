"""How an ONVIF device can be ill: each writes an answer of its own to one request, and the connection ends after it."""

import asyncio

from tests.fakes import onvif_answers as say
from tests.fakes.onvif_device import Ill, answer

BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'.encode()
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + b"]><x>&i;</x>"
)
EXTERNAL_ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


def fault(subcode: str, reason: str = "no") -> Ill:
    return says(say.fault(subcode, reason), status=400)


def says(data: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> Ill:
    async def ill(writer: asyncio.StreamWriter) -> None:
        await answer(writer, data, status=status, headers=headers)

    return ill


def endless(status: int = 200, *, headers: str = "", piece: bytes = b"<x>" * 20_000) -> Ill:
    """An answer that never ends, as fast as it is taken."""

    async def ill(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} OK\r\n{headers}Transfer-Encoding: chunked\r\n\r\n".encode())
        while True:
            writer.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            await writer.drain()

    return ill


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
        await writer.drain()


async def drips(writer: asyncio.StreamWriter) -> None:
    """One byte, and then the next one later than anybody waits."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<")
    await writer.drain()
    await asyncio.Event().wait()


async def silent(_writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def hangs_up_half_way(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<s:Envelope")
    await writer.drain()


async def hangs_up_at_once(_writer: asyncio.StreamWriter) -> None:
    pass


async def speaks_something_else(writer: asyncio.StreamWriter) -> None:
    writer.write(b"RTSP/1.0 400 Bad Request\r\n\r\n")
    await writer.drain()
