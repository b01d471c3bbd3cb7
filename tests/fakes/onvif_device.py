"""An ONVIF device of our own over real HTTP: profiles S and T, digest, PTZ, PullPoint, imaging; it can be as ill as real ones.

Its clock is its own and may be wrong; what is signed for another time it refuses, as real devices do. What it was asked
is in `calls`, and `ills` says which operations it answers in which sick way (tests/fakes/onvif_ills.py).
"""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element, fromstring

from runtime.clock import Clock, SystemClock
from streams.onvif.soap import password_digest
from tests.fakes import onvif_answers as say
from tests.fakes.onvif_answers import FakeEvent, FakeProfile
from vms.demo.digest import DigestGuard

JPEG = b"\xff\xd8\xff\xe0 picture \xff\xd9"
#: seconds by which a signature may be off the device's clock
TOLERANCE_S = 5.0

#: writes an answer of its own, however wrong
Ill = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Subscription:
    until: datetime
    events: list[FakeEvent] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Move:
    pan: float
    tilt: float
    zoom: float
    until: datetime


def two_profiles() -> list[FakeProfile]:
    return [
        FakeProfile(token="main"),
        FakeProfile(token="sub", width=640, height=360, fps=10.0, kbps=512, gop=20),
    ]


class FakeOnvifDevice:
    def __init__(
        self,
        *,
        username: str = "admin",
        password: str = "p&ss<w>ord",
        clock: Clock | None = None,
        ahead_s: float = 0.0,
        profiles: list[FakeProfile] | None = None,
    ) -> None:
        self.username, self.password = username, password
        self._clock = clock or SystemClock()
        self.ahead_s = ahead_s
        self.profiles = two_profiles() if profiles is None else profiles
        self.services = [say.TDS, say.TRT, say.TR2, say.TPTZ, say.TEV, say.TIMG]
        self.about = {
            "Manufacturer": "海康威视",
            "Model": "DS-2CD",
            "FirmwareVersion": "V5.7.1",
            "SerialNumber": "SN0001",
            "HardwareId": "88",
        }
        #: host that it believes it has; None is the one it is asked at
        self.own_host: str | None = None
        #: XAddrs as they stand, by namespace, instead of its own
        self.xaddrs: dict[str, str] = {}
        #: profile T: HTTP's digest instead of WS-Security's
        self.wants_http_digest = False
        #: seconds for which it grants a subscription at most, whatever it is asked for
        self.grants_s = 3600.0
        #: seconds for which it was last asked to wait for an event
        self.asked_to_hold_s = 0.0
        self.ills: dict[str, Ill] = {}
        self.calls: list[str] = []
        #: Created of each signature
        self.signed_at: list[datetime] = []
        self.subscriptions: dict[int, Subscription] = {}
        self.presets = {"1": "东门", "2": "West gate"}
        self.at_preset: str | None = None
        self.move: Move | None = None
        self.connections = 0
        self._numbers = 0
        self._nonces: set[str] = set()
        self._guard = DigestGuard(username=username, password=password, realm="device")
        self.port = 0

    @property
    def now(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self.ahead_s)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/onvif/device_service"

    @property
    def moving(self) -> bool:
        return self.move is not None and self.move.until > self.now

    def emit(self, topic: str, name: str, value: str, *, operation: str = "Changed") -> None:
        event = FakeEvent(topic=topic, name=name, value=value, at=self.now, operation=operation)
        for subscription in self.subscriptions.values():
            subscription.events.append(event)
            subscription.arrived.set()

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["FakeOnvifDevice"]:
        serving: set[asyncio.Task[None]] = set()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            serving.add(task)
            self.connections += 1
            try:
                while await self._one(reader, writer):
                    pass
            except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                pass
            finally:
                serving.discard(task)
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in list(serving):
                task.cancel()
            await asyncio.gather(*serving, return_exceptions=True)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request of a connection; whether it stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *lines = head.rstrip().split("\r\n")
        method, path, _ = line.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
        data = await reader.readexactly(int(headers.get("content-length", "0")))
        if method == "GET":
            return await self._picture(writer, path, headers)
        root = fromstring(data)
        body = next(each for each in root if each.tag.endswith("}Body"))[0]
        namespace, operation = body.tag[1:].split("}")
        self.calls.append(operation)
        ill = self.ills.get(operation)
        if ill is not None:
            await ill(writer)
            return False
        if operation != "GetSystemDateAndTime":
            if self.wants_http_digest:
                if not self._guard.admits("POST", path, headers.get("authorization", "")):
                    return await self._challenge(writer)
            elif not self._admits(root):
                return await answer(writer, say.fault("NotAuthorized", "Sender not authorized"), status=400)
        content = await self._content(namespace, operation, body, root)
        return await answer(writer, content, status=500 if b"<s:Fault>" in content else 200)

    async def _challenge(self, writer: asyncio.StreamWriter) -> bool:
        headers = {"WWW-Authenticate": self._guard.challenge}
        return await answer(writer, b"", status=401, headers=headers)

    async def _picture(self, writer: asyncio.StreamWriter, path: str, headers: dict[str, str]) -> bool:
        self.calls.append("GET")
        if "GET" in self.ills:
            await self.ills["GET"](writer)
            return False
        if not self._guard.admits("GET", path, headers.get("authorization", "")):
            return await self._challenge(writer)
        return await answer(writer, JPEG, kind="image/jpeg")

    def _admits(self, root: Element) -> bool:
        """Whether the signature is right, for this time, and was not seen before."""
        found = {each.tag.rpartition("}")[2]: (each.text or "") for each in root.iter()}
        if found.get("Username") != self.username or found["Nonce"] in self._nonces:
            return False
        self._nonces.add(found["Nonce"])
        created = datetime.strptime(found["Created"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        self.signed_at.append(created)
        if abs((created - self.now).total_seconds()) > TOLERANCE_S:
            return False
        nonce = base64.b64decode(found["Nonce"])
        return found["Password"] == password_digest(self.password, found["Created"], nonce)

    async def _content(self, namespace: str, operation: str, body: Element, root: Element) -> bytes:
        given = {each.tag.rpartition("}")[2]: each for each in body.iter()}
        text = {name: (each.text or "") for name, each in given.items()}
        if namespace == say.TDS:
            return self._device(operation)
        if namespace in (say.TRT, say.TR2):
            return self._media("trt" if namespace == say.TRT else "tr2", operation, text)
        if namespace == say.TPTZ:
            return self._ptz(operation, given, text)
        if namespace == say.TIMG and operation == "GetImagingSettings":
            return say.imaging_settings()
        number = next((each.text for each in root.iter() if each.tag.endswith("}SubscriptionId")), "0")
        return await self._events(operation, text, int(number or 0))

    def _urls(self) -> dict[str, str]:
        own = f"http://{self.own_host or '127.0.0.1'}:{80 if self.own_host else self.port}/onvif"
        return {
            name: self.xaddrs.get(name, f"{own}/{'device_service' if name == say.TDS else number}")
            for number, name in enumerate(self.services)
        }

    def _device(self, operation: str) -> bytes:
        if operation == "GetSystemDateAndTime":
            return say.date_and_time(self.now)
        if operation == "GetServices":
            return say.services(self._urls())
        if operation == "GetCapabilities":
            return say.capabilities(self._urls())
        if operation == "GetDeviceInformation":
            return say.device_information(self.about)
        return say.fault("ActionNotSupported", operation)

    def _media(self, prefix: str, operation: str, text: dict[str, str]) -> bytes:
        if operation == "GetProfiles":
            return (say.media1_profiles if prefix == "trt" else say.media2_profiles)(self.profiles)
        profile = next((each for each in self.profiles if each.token == text.get("ProfileToken")), None)
        if profile is None:
            return say.fault("NoProfile", "no such profile")
        uri = profile.stream_uri if operation == "GetStreamUri" else profile.snapshot_uri
        host = self.own_host or "127.0.0.1"
        return say.media_uri(
            prefix,
            operation,
            uri.format(host=host, port=80 if self.own_host else self.port, token=profile.token),
        )

    def _ptz(self, operation: str, given: dict[str, Element], text: dict[str, str]) -> bytes:
        if operation == "GetPresets":
            return say.presets(self.presets)
        if operation == "ContinuousMove":
            pan, zoom = given.get("PanTilt"), given.get("Zoom")
            self.move = Move(
                pan=float(pan.get("x", "0")) if pan is not None else 0.0,
                tilt=float(pan.get("y", "0")) if pan is not None else 0.0,
                zoom=float(zoom.get("x", "0")) if zoom is not None else 0.0,
                until=self.now + _duration(text.get("Timeout", "PT3600S")),
            )
        elif operation == "Stop":
            self.move = None
        elif operation == "GotoPreset":
            if text["PresetToken"] not in self.presets:
                return say.fault("NoToken", "no such preset")
            self.at_preset = text["PresetToken"]
        return say.empty("tptz", operation)

    async def _events(self, operation: str, text: dict[str, str], number: int) -> bytes:
        if operation == "CreatePullPointSubscription":
            self._numbers += 1
            granted = min(_duration(text["InitialTerminationTime"]), timedelta(seconds=self.grants_s))
            until = self.now + granted
            self.subscriptions[self._numbers] = Subscription(until=until)
            url = f"http://{self.own_host or '127.0.0.1'}:{self.port}/onvif/subscription"
            return say.subscribed(url, self._numbers, self.now, until)
        subscription = self.subscriptions.get(number)
        if subscription is None or subscription.until < self.now:
            self.subscriptions.pop(number, None)
            return say.fault("ResourceUnknownFault", "no such subscription")
        if operation == "Renew":
            granted = min(_duration(text["TerminationTime"]), timedelta(seconds=self.grants_s))
            subscription.until = self.now + granted
            return say.renewed(self.now, subscription.until)
        if operation == "Unsubscribe":
            del self.subscriptions[number]
            return say.empty("wsnt", operation)
        self.asked_to_hold_s = _duration(text["Timeout"]).total_seconds()
        return await self._pull(subscription, _duration(text["Timeout"]), int(text["MessageLimit"]))

    async def _pull(self, subscription: Subscription, held: timedelta, most: int) -> bytes:
        try:
            async with asyncio.timeout(held.total_seconds()):
                await subscription.arrived.wait()
        except TimeoutError:
            pass
        given, subscription.events = subscription.events[:most], subscription.events[most:]
        if not subscription.events:
            subscription.arrived.clear()
        return say.pulled(given, self.now, subscription.until)


async def answer(
    writer: asyncio.StreamWriter,
    data: bytes,
    *,
    status: int = 200,
    kind: str = "application/soap+xml; charset=utf-8",
    headers: dict[str, str] | None = None,
) -> bool:
    more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    head = f"HTTP/1.1 {status} Whatever\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{more}\r\n"
    writer.write(head.encode() + data)
    await writer.drain()
    return True


def _duration(text: str) -> timedelta:
    """PT1.5S, PT1M."""
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", text)
    assert found is not None, text
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
