"""One ONVIF device, asked over HTTP: what it is, and what it offers.

    async with OnvifDevice.open("10.0.0.5", 80, "admin", "secret", clock=clock) as device:
        facts = await device.read()

What is asked of it beside is in ptz.py, imaging.py and events.py; they ask through `call`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from xml.etree.ElementTree import Element

from runtime.clock import Clock
from streams.onvif.errors import (
    ClockUnknown,
    ClockWrong,
    OnvifFault,
    OnvifTooSlow,
    OnvifUnauthorised,
    OnvifUnsupported,
    OnvifWarning,
)
from streams.onvif.fact_reader import FactReader
from streams.onvif.facts import DeclaredProfile, DeviceFacts, Service, ServiceName
from streams.onvif.own_host import OwnHost
from streams.onvif.settings import OnvifSettings
from streams.onvif.soap import (
    DEVICE,
    EVENTS,
    IMAGING,
    MEDIA1,
    MEDIA2,
    PTZ,
    Account,
    Request,
    element,
)
from streams.onvif.soap_client import SoapClient
from streams.onvif.xml import descendant, descendants, local_name, text_of

#: path that the standard names
DEVICE_SERVICE: Final = "/onvif/device_service"
_SERVICES: Final[dict[str, ServiceName]] = {
    DEVICE: "device",
    MEDIA1: "media1",
    MEDIA2: "media2",
    PTZ: "ptz",
    EVENTS: "events",
    IMAGING: "imaging",
}
#: of the answer to GetCapabilities, for devices that know no GetServices; media2 is younger than those
_CAPABILITIES: Final[dict[str, ServiceName]] = {
    "Media": "media1",
    "PTZ": "ptz",
    "Events": "events",
    "Imaging": "imaging",
}


class OnvifDevice:
    """Made by `open`."""

    def __init__(self, client: SoapClient, clock: Clock, path: str) -> None:
        self._client = client
        self._clock = clock
        self._device_url = f"{client.own.origin}{path}"
        self._offset: timedelta | None = None
        self._asked_time = False
        self._services: tuple[Service, ...] | None = None
        self._warnings: list[OnvifWarning] = []

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        address: str,
        port: int = 80,
        username: str = "",
        password: str = "",
        *,
        clock: Clock,
        settings: OnvifSettings | None = None,
        scheme: Literal["http", "https"] = "http",
        path: str = DEVICE_SERVICE,
    ) -> AsyncIterator["OnvifDevice"]:
        """A device at a host or address, which the caller has checked. Nothing is asked yet."""
        own = OwnHost(scheme=scheme, host=address.strip("[]"), port=port)
        account = Account(username=username, password=password)
        async with SoapClient(own, account, clock=clock, settings=settings or OnvifSettings()) as client:
            yield cls(client, clock, path)

    @property
    def address(self) -> str:
        """Host and port, for messages."""
        return self._client.own.address

    @property
    def settings(self) -> OnvifSettings:
        return self._client.settings

    async def read(self) -> DeviceFacts:
        """All that can be read of it; what some part of it refuses to say is a warning.

        Raises: OnvifError, named for what is wrong with it as a whole.
        """
        limit_s = self.settings.read_timeout_s
        try:
            async with asyncio.timeout(limit_s):
                return await self._read()
        except TimeoutError:
            raise OnvifTooSlow(address=self.address, seconds=f"{limit_s:g}") from None

    async def _read(self) -> DeviceFacts:
        await self._ask_time()
        services = await self._ask_services()
        reader = FactReader(self._client, services)
        about = await reader.about()
        profiles = await reader.profiles()
        return DeviceFacts(
            address=self._client.own.host,
            port=self._client.own.port,
            make=about.get("make", ""),
            model=about.get("model", ""),
            firmware=about.get("firmware", ""),
            serial=about.get("serial", ""),
            hardware=about.get("hardware", ""),
            clock_offset_s=self.clock_offset_s,
            services=services,
            profiles=profiles,
            warnings=(*self._warnings, *reader.warnings, *self._clock_warnings()),
        )

    async def snapshot(self, url: str) -> bytes:
        """A picture as the device gives it, from a `snapshot_url` of its profiles. Raises: OnvifError."""
        own, _warning = self._client.own.http_url(url, "SnapshotUri")
        if own is None:
            raise OnvifUnsupported(address=self.address, what="SnapshotUri")
        return await self._client.get(own, most_bytes=self.settings.most_snapshot_bytes)

    async def call(self, service: ServiceName, request: Request, *, held_s: float = 0.0) -> Element:
        """Ask a service, in the device's own time. Raises: OnvifError; OnvifUnsupported if it has no such service."""
        return await self.call_at(await self.service_url(service), request, held_s=held_s)

    async def call_at(self, url: str, request: Request, *, held_s: float = 0.0) -> Element:
        """The same at an address that the device gave, led back to its own host by `own_url`. Raises: OnvifError."""
        await self._ask_time()
        return await self._client.call(url, request, held_s=held_s)

    async def service_url(self, name: ServiceName) -> str:
        """Raises: OnvifUnsupported where the device has none, OnvifError."""
        await self._ask_time()
        services = await self._ask_services()
        found = next((service for service in services if service.name == name), None)
        if found is None:
            raise OnvifUnsupported(address=self.address, what=name)
        return found.url

    async def declared_profiles(self) -> list[DeclaredProfile]:
        """Profiles without their addresses, as many as are read of one device. Raises: OnvifError."""
        await self._ask_time()
        return await FactReader(self._client, await self._ask_services()).declared()

    def own_url(self, uri: str, what: str) -> str | None:
        """An address of HTTP that the device gave, on its own host; None where it cannot be used."""
        url, _warning = self._client.own.http_url(uri, what)
        return url

    # Time.

    async def _ask_time(self) -> timedelta | None:
        """How far the device's clock is ahead; asked once, unsigned, for without it nothing can be signed."""
        if self._asked_time:
            return self._offset
        before = self._clock.now()
        request = Request(operation="GetSystemDateAndTime", namespace=DEVICE)
        answer: Element | None = None
        # Some want an account even for this: they are signed to with our own time.
        with suppress(OnvifFault, OnvifUnsupported, OnvifUnauthorised):
            answer = await self._client.call(self._device_url, request, signed=False)
        after = self._clock.now()
        self._asked_time = True
        at = _utc_of(answer) if answer is not None else None
        if at is not None:
            # It says whole seconds, cut off: half of one is added.
            at += timedelta(seconds=0.5)
            self._offset = self._client.offset = at - (before + (after - before) / 2)
        return self._offset

    @property
    def clock_offset_s(self) -> float | None:
        """Seconds by which its clock is ahead of ours, to half a second; None where it was not asked or does not say."""
        return None if self._offset is None else self._offset.total_seconds()

    async def ask_time_again(self) -> float | None:
        """`clock_offset_s` as it is now. Raises: OnvifError."""
        self._asked_time = False
        await self._ask_time()
        return self.clock_offset_s

    def _clock_warnings(self) -> list[OnvifWarning]:
        offset_s, most = self.clock_offset_s, self.settings.clock_drift_s
        if offset_s is None:
            return [ClockUnknown(address=self.address)]
        if abs(offset_s) <= most:
            return []
        seconds = f"{offset_s:+.0f}"
        return [ClockWrong(address=self.address, seconds=seconds, most=f"{most:g}")]

    # Services.

    async def _ask_services(self) -> tuple[Service, ...]:
        if self._services is None:
            body = element("IncludeCapability", "false")
            request = Request(operation="GetServices", namespace=DEVICE, body=body)
            try:
                given = _services_of(await self._client.call(self._device_url, request))
            except (OnvifFault, OnvifUnsupported):
                given = await self._ask_capabilities()
            given.setdefault("device", ("", self._device_url))
            services = [
                self._service(name, version, url)
                for name, (version, url) in sorted(given.items(), key=lambda each: each[0] != "device")
            ]
            self._services = tuple(service for service in services if service is not None)
        return self._services

    async def _ask_capabilities(self) -> dict[ServiceName, tuple[str, str]]:
        request = Request(operation="GetCapabilities", namespace=DEVICE, body=element("Category", "All"))
        answer = await self._client.call(self._device_url, request)
        found: dict[ServiceName, tuple[str, str]] = {}
        for tag, name in _CAPABILITIES.items():
            part = descendant(answer, tag)
            if part is not None and (url := text_of(part, "XAddr")):
                found[name] = ("", url)
        return found

    def _service(self, name: ServiceName, version: str, uri: str) -> Service | None:
        url, warning = self._client.own.http_url(uri, f"XAddr {name}")
        if warning is not None:
            self._warnings.append(warning)
        if name == "device":  # it has just answered where it was asked
            url = self._device_url
        return None if url is None else Service(name=name, version=version, url=url)


def _services_of(answer: Element) -> dict[ServiceName, tuple[str, str]]:
    """{name: (version, address)} of the services that are used; the first of each."""
    found: dict[ServiceName, tuple[str, str]] = {}
    for each in answer:
        name = _SERVICES.get(text_of(each, "Namespace")) if local_name(each) == "Service" else None
        if name is None or name in found:
            continue
        version = descendant(each, "Version")
        numbers = (text_of(version, "Major"), text_of(version, "Minor")) if version is not None else ()
        found[name] = (".".join(numbers)[:20], text_of(each, "XAddr"))
    return found


def _utc_of(answer: Element) -> datetime | None:
    """What time the device says it is; None where it does not say, or says nonsense."""
    utc = next(descendants(answer, "UTCDateTime"), None)
    if utc is None:
        return None
    try:
        year, month, day = (int(text_of(utc, name)) for name in ("Year", "Month", "Day"))
        hour, minute, second = (int(text_of(utc, name)) for name in ("Hour", "Minute", "Second"))
        # a leap second is said as 60
        return datetime(year, month, day, hour, minute, tzinfo=UTC) + timedelta(seconds=min(second, 60))
    except (ValueError, OverflowError):
        return None
