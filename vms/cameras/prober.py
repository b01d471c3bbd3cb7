"""Looks at an address before it is registered, and at cameras that are: asks the device, and plays what it offers.

No address outside the networks of cameras is called, whoever names it: the one that asks, the device in its answers, or
anybody who answers a search. A device that is asked names streams only at its own host, and redirects are not followed.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

from runtime.clock import Clock
from runtime.errors import VmsError
from streams.camera import ProfileName, StreamProfile
from streams.errors import StreamError
from streams.mask import Mask
from streams.onvif.device import DEVICE_SERVICE, OnvifDevice
from streams.onvif.discovery import Discovery, Found, discover
from streams.onvif.facts import DeviceFacts
from streams.onvif.profile_choice import ChannelChoice, choose
from streams.onvif.settings import OnvifSettings
from streams.probe import probe
from streams.settings import IngestSettings
from streams.url import parse_stream_url
from vms.cameras.errors import ChannelUnknown, NoChannel, ProbesBusy, ProbeTargetUnreadable
from vms.cameras.networks import Networks
from vms.cameras.probed import Probed, ProbedStream

#: looks that are taken at the same time, whoever asks for them
_MOST_AT_ONCE: Final = 4
#: channels of one device that are played: a recorder has 64
_MOST_CHANNELS: Final = 4
#: seconds that a search may take
MOST_SECONDS: Final = 30.0

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceAddress:
    """Where an ONVIF device is asked."""

    scheme: Literal["http", "https"]
    #: IPv6 without brackets
    host: str
    port: int
    path: str


class Prober:
    def __init__(
        self,
        *,
        networks: Networks,
        clock: Clock,
        onvif: OnvifSettings | None = None,
        ingest: IngestSettings | None = None,
        multicast: tuple[str, int] | None = None,
    ) -> None:
        """`multicast` is where devices are searched for, if not where WS-Discovery is spoken."""
        self._networks = networks
        self._clock = clock
        self._onvif = onvif or OnvifSettings()
        self._ingest = ingest or IngestSettings()
        self._group = {} if multicast is None else {"group": multicast}
        self._at_once = 0

    async def discover(
        self,
        *,
        seconds: float,
        interface: str | None = None,
        on_found: Callable[[Found], None] = lambda _found: None,
    ) -> Discovery:
        """Who answers on the network. Raises: InterfaceUnusable, ProbesBusy."""
        async with self._turn():
            return await discover(
                seconds=min(seconds, MOST_SECONDS),
                interface=interface,
                is_allowed=lambda host: self._networks.fault(host) is None,
                on_found=on_found,
                clock=self._clock,
                **self._group,
            )

    async def probe(
        self,
        target: str,
        username: str = "",
        password: str = "",
        *,
        channel: int | None = None,
        tell: Tell = lambda _what: None,
    ) -> Probed:
        """Look at a stream (rtsp://…) or at a device (host, host:port or the address of its ONVIF service).

        Of a device the streams that would be registered are played, of one channel if one is named. `tell` is called
        with each address before it is. Raises: InvalidStreamUrl, ProbeTargetUnreadable, AddressRefused and the like,
        OnvifError, NoChannel, ChannelUnknown, ProbesBusy.
        """
        async with self._turn():
            if target.partition("://")[0].lower() in ("rtsp", "rtsps"):
                url = parse_stream_url(target)
                profile = StreamProfile(
                    name="main",
                    url=url.public,
                    username=url.username or username,
                    password=url.password or password,
                )
                return Probed(facts=None, choices=(), streams=await self._play([(0, profile)], tell))
            facts, choices = await self._ask(target, username, password, tell)
            profiles = [
                (number, profile)
                for number, choice in _selected(choices, facts, channel)
                for profile in profiles_of(choice, username, password)
            ]
            return Probed(facts=facts, choices=choices, streams=await self._play(profiles, tell))

    async def ask(
        self, target: str, username: str = "", password: str = "", *, channel: int = 1
    ) -> tuple[DeviceFacts, ChannelChoice]:
        """A device, and what would be registered of one channel; nothing is played. Raises as `probe` does."""
        async with self._turn():
            facts, choices = await self._ask(target, username, password, lambda _what: None)
        ((_number, choice),) = _selected(choices, facts, channel)
        return facts, choice

    async def test(
        self,
        profiles: Sequence[StreamProfile],
        *,
        mask: Mask | None = None,
        tell: Tell = lambda _what: None,
    ) -> tuple[ProbedStream, ...]:
        """Play the streams of a registered camera, of whose picture nobody sees what is masked.

        Raises: AddressRefused and the like, ProbesBusy.
        """
        async with self._turn():
            return await self._play([(0, profile) for profile in profiles], tell, mask)

    async def _ask(
        self, target: str, username: str, password: str, tell: Tell
    ) -> tuple[DeviceFacts, tuple[ChannelChoice, ...]]:
        address = device_address(target)
        self._check(address.host)
        tell(target)
        async with OnvifDevice.open(
            address.host,
            address.port,
            username,
            password,
            clock=self._clock,
            settings=self._onvif,
            scheme=address.scheme,
            path=address.path,
        ) as device:
            facts = await device.read()
        return facts, choose(facts.profiles)

    async def _play(
        self, profiles: Sequence[tuple[int, StreamProfile]], tell: Tell, mask: Mask | None = None
    ) -> tuple[ProbedStream, ...]:
        """One after another: cameras of little power do not bear more."""
        for _number, profile in profiles:
            self._check(parse_stream_url(profile.url).host)
        seen = []
        for number, profile in profiles:
            tell(profile.url)
            report, error = None, None
            try:
                report = await probe(
                    profile, thorough=True, mask=mask, clock=self._clock, settings=self._ingest
                )
            except StreamError as wrong:
                error = wrong
            seen.append(
                ProbedStream(name=profile.name, channel=number, url=profile.url, report=report, error=error)
            )
        return tuple(seen)

    def _check(self, host: str) -> None:
        fault: VmsError | None = self._networks.fault(host)
        if fault is not None:
            raise fault

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._at_once >= _MOST_AT_ONCE:
            raise ProbesBusy(most=_MOST_AT_ONCE)
        self._at_once += 1
        try:
            yield
        finally:
            self._at_once -= 1


def device_address(text: str) -> DeviceAddress:
    """Of a host, host:port or http(s) address. Raises: ProbeTargetUnreadable."""
    text = text.strip()
    try:
        url = urlsplit(text if "://" in text else f"//{_bracketed(text)}", scheme="http")
        host, port = url.hostname, url.port
    except ValueError:
        raise ProbeTargetUnreadable(target=text[:200]) from None
    if url.scheme not in ("http", "https") or not host or not text.isprintable() or " " in text:
        raise ProbeTargetUnreadable(target=text.rpartition("@")[2][:200])
    if url.username or url.password:
        raise ProbeTargetUnreadable(target=text.rpartition("@")[2][:200])
    path = url.path if url.path not in ("", "/") else DEVICE_SERVICE
    return DeviceAddress(
        scheme="https" if url.scheme == "https" else "http",
        host=host,
        port=port or (443 if url.scheme == "https" else 80),
        path=path,
    )


def profiles_of(choice: ChannelChoice, username: str, password: str) -> list[StreamProfile]:
    chosen: list[tuple[ProfileName, str | None]] = [("main", choice.main.stream_url)]
    if choice.sub is not None:
        chosen.append(("sub", choice.sub.stream_url))
    return [
        StreamProfile(name=name, url=url, username=username, password=password)
        for name, url in chosen
        if url is not None
    ]


def _selected(
    choices: Sequence[ChannelChoice], facts: DeviceFacts, channel: int | None
) -> list[tuple[int, ChannelChoice]]:
    """Raises: NoChannel, ChannelUnknown."""
    if not choices:
        raise NoChannel(address=facts.address)
    numbered = list(enumerate(choices, 1))
    if channel is None:
        return numbered[:_MOST_CHANNELS]
    if not 1 <= channel <= len(choices):
        raise ChannelUnknown(address=facts.address, channel=channel, count=len(choices))
    return [numbered[channel - 1]]


def _bracketed(text: str) -> str:
    """An IPv6 address without brackets is one, not a host with a port."""
    return f"[{text}]" if text.count(":") > 1 and not text.startswith("[") and "/" not in text else text
