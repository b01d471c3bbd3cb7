"""One device over HTTP: every answer bounded in time, bytes and entities; no redirect is followed, no other host called.

What a library for SOAP would read of the device's own schemas and addresses is not read at all.
"""

import asyncio
import ssl
from collections.abc import Callable, Generator
from datetime import timedelta
from functools import lru_cache
from secrets import token_bytes
from types import TracebackType
from typing import Final, Self
from uuid import uuid4
from xml.etree.ElementTree import Element

import httpx

from runtime.clock import Clock
from streams.onvif.errors import (
    NotAnOnvifDevice,
    OnvifError,
    OnvifFault,
    OnvifHungUp,
    OnvifRedirected,
    OnvifRefused,
    OnvifTooSlow,
    OnvifUnauthorised,
    OnvifUnreachable,
    OnvifUnreadable,
    OnvifUnsupported,
)
from streams.onvif.own_host import OwnHost
from streams.onvif.settings import OnvifSettings
from streams.onvif.soap import Account, Request, body_of, envelope, fault_of
from streams.onvif.xml import XmlFault, XmlParser, XmlUnreadable
from streams.url import redacted

DigestFlow = Generator[httpx.Request, httpx.Response, None]

#: what to tell people of XML that is refused
_XML_FAULTS: Final[dict[XmlFault, str]] = {
    "too_large": "it is larger than any device's answer",
    "no_xml": "it is no XML",
    "declares_entities": "it declares a document type, which SOAP forbids and attacks use",
}


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Cameras certify themselves: TLS keeps a wire-tapper out here, not an impostor. Digests never give a password away."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class SoapClient:
    def __init__(self, own: OwnHost, account: Account, *, clock: Clock, settings: OnvifSettings) -> None:
        self.own = own
        self.settings = settings
        self._account = account if account.username else None
        self._clock = clock
        #: how far the device's clock is ahead of ours
        self.offset = timedelta()
        # Devices of profile T may want HTTP's digest instead of, or beside, that of WS-Security.
        self._digest = httpx.DigestAuth(account.username, account.password) if account.username else None
        self._http = httpx.AsyncClient(
            verify=_tls(),
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(None),  # one deadline for all of it is set for each request
            limits=httpx.Limits(max_connections=2, max_keepalive_connections=1, keepalive_expiry=30.0),
            headers={"Accept-Encoding": "identity", "User-Agent": "vms"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def call(self, url: str, request: Request, *, signed: bool = True, held_s: float = 0.0) -> Element:
        """The content of the answer's body. The device may hold the request for `held_s` seconds before it answers.

        Raises: OnvifError, named for what happened.
        """
        message = envelope(
            request,
            to=url,
            account=self._account if signed else None,
            created=self._clock.now() + self.offset,
            nonce=token_bytes(16),
            message_id=str(uuid4()),
        )
        answer = _Answer(self.settings.most_bytes)
        content_type = f'application/soap+xml; charset=utf-8; action="{request.soap_action}"'
        status = await self._exchange(
            self._http.build_request("POST", url, content=message, headers={"Content-Type": content_type}),
            answer.take,
            most_bytes=self.settings.most_bytes,
            within_s=self.settings.request_timeout_s + held_s,
        )
        return self._content(request, status, answer)

    async def get(self, url: str, *, most_bytes: int) -> bytes:
        """A file of the device, such as a picture. Raises: OnvifError."""
        data = bytearray()
        status = await self._exchange(
            self._http.build_request("GET", url),
            data.extend,
            most_bytes=most_bytes,
            within_s=self.settings.request_timeout_s,
        )
        if status != 200:
            raise OnvifUnsupported(address=self.own.address, what=f"GET: HTTP {status}")
        return bytes(data)

    async def _exchange(
        self,
        request: httpx.Request,
        take: Callable[[bytes], None],
        *,
        most_bytes: int,
        within_s: float,
    ) -> int:
        """The status, after `take` was given the body piece by piece. Raises: OnvifError."""
        address = self.own.address
        try:
            async with asyncio.timeout(within_s):
                response = await self._send(request)
                try:
                    await self._read(self._checked(response), take, most_bytes)
                    return response.status_code
                finally:
                    await response.aclose()
        except TimeoutError:
            raise OnvifTooSlow(address=address, seconds=f"{within_s:g}") from None
        except httpx.ConnectError as error:
            raise self._not_connected(error) from None
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            # What listens here may speak something else; but whoever began to answer in HTTP hung up.
            raise OnvifHungUp(address=address) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise OnvifError(address=address, reason=type(error).__name__) from None

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """The answer's head. httpx would read the body of a 401 however long it is, so its digest is driven from here."""
        self._http.cookies.clear()
        if self._digest is None:
            return await self._http.send(request, stream=True)
        flow = self._digest.auth_flow(request)
        response = await self._http.send(self._next(flow, None) or request, stream=True)
        try:
            again = self._next(flow, response)
        except OnvifError:
            await response.aclose()
            raise
        if again is None:
            return response
        await response.aclose()
        return await self._http.send(again, stream=True)

    def _next(self, flow: DigestFlow, response: httpx.Response | None) -> httpx.Request | None:
        """What httpx's digest would send; None where the response is to be taken as it is. Raises: OnvifUnreadable."""
        try:
            return next(flow) if response is None else flow.send(response)
        except StopIteration:
            return None
        except (httpx.ProtocolError, ValueError, LookupError, RuntimeError):
            # No challenge at all, one without its parts, of an unknown algorithm, or one that wants the body signed.
            raise OnvifUnreadable(
                address=self.own.address, reason="it wants a login of a kind that is not known here"
            ) from None

    def _checked(self, response: httpx.Response) -> httpx.Response:
        address = self.own.address
        if response.status_code == 401:
            raise OnvifUnauthorised(address=address)
        if 300 <= response.status_code < 400:
            target = redacted(response.headers.get("location", "?")[:100])
            raise OnvifRedirected(address=address, target=target)
        if response.headers.get("content-encoding", "identity") != "identity":
            # What was not asked for is not unpacked: a small answer may hold a huge one.
            raise OnvifUnreadable(address=address, reason="it is compressed")
        return response

    async def _read(self, response: httpx.Response, take: Callable[[bytes], None], most_bytes: int) -> None:
        left = most_bytes
        async for piece in response.aiter_raw():
            left -= len(piece)
            if left < 0:
                raise OnvifUnreadable(
                    address=self.own.address, reason=f"it is larger than {most_bytes} bytes"
                )
            take(piece)

    def _content(self, request: Request, status: int, answer: "_Answer") -> Element:
        address = self.own.address
        try:
            content = body_of(answer.root())
        except XmlUnreadable as error:
            if status != 200 or error.fault == "no_xml":
                reason = f"HTTP {status}" if status != 200 else _XML_FAULTS[error.fault]
                raise NotAnOnvifDevice(address=address, reason=reason) from None
            raise OnvifUnreadable(address=address, reason=_XML_FAULTS[error.fault]) from None
        if content is None:
            raise NotAnOnvifDevice(address=address, reason="its XML is no SOAP")
        fault = fault_of(content)
        if fault is None:
            return content
        if fault.unauthorised:
            raise OnvifUnauthorised(address=address)
        if fault.unsupported:
            raise OnvifUnsupported(address=address, what=request.operation)
        raise OnvifFault(address=address, action=request.operation, reason=fault.reason)

    def _not_connected(self, error: httpx.ConnectError) -> OnvifError:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ConnectionRefusedError):
                return OnvifRefused(address=self.own.address)
            cause = cause.__cause__ or cause.__context__
        reason = str(error).splitlines()[0][:200] if str(error) else "no connection"
        return OnvifUnreachable(address=self.own.address, reason=reason)


class _Answer:
    """XML that is read while it comes; what is wrong with it is told once its status is known."""

    def __init__(self, most_bytes: int) -> None:
        self._parser = XmlParser(most_bytes=most_bytes)
        self._error: XmlUnreadable | None = None

    def take(self, piece: bytes) -> None:
        if self._error is None:
            try:
                self._parser.feed(piece)
            except XmlUnreadable as error:
                self._error = error

    def root(self) -> Element:
        """Raises: XmlUnreadable."""
        if self._error is not None:
            raise self._error
        return self._parser.close()
