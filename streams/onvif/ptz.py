"""Pan, tilt and zoom of one device: continuous moves, stop, presets; and a move that nobody asks to go on is stopped.

Two switches end a move when somebody's connection is lost. The device has a timeout with every move, for when this server
or the network is gone. `Mover` stops it too, for when only the person is gone, or the device knows no timeout.
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from runtime.clock import Clock
from streams.onvif.device import OnvifDevice
from streams.onvif.errors import OnvifError, OnvifFault, OnvifUnsupported, PresetUnknown
from streams.onvif.soap import PTZ, Request, element
from streams.onvif.xml import descendants, text_of

#: letters of a preset's name or token
_LONGEST = 100
#: presets of one device
_MOST_PRESETS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Velocity:
    """Shares of the greatest speed, each from -1 to 1: right, up and in are positive."""

    pan: float = 0.0
    tilt: float = 0.0
    zoom: float = 0.0

    def __post_init__(self) -> None:
        for name in ("pan", "tilt", "zoom"):
            if not -1.0 <= getattr(self, name) <= 1.0:  # false of nan, too
                raise ValueError(f"{name} is a share from -1 to 1, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    token: str
    name: str


class Ptz:
    def __init__(self, device: OnvifDevice, profile_token: str) -> None:
        self._device = device
        self._profile_token = profile_token

    @property
    def address(self) -> str:
        return self._device.address

    @classmethod
    async def of(cls, device: OnvifDevice) -> "Ptz":
        """Of the device's first profile that can be steered. Raises: OnvifUnsupported, OnvifError."""
        await device.service_url("ptz")
        token = next((each.token for each in await device.declared_profiles() if each.ptz), None)
        if token is None:
            raise OnvifUnsupported(address=device.address, what="PTZ")
        return cls(device, token)

    async def move(self, velocity: Velocity, *, for_s: float) -> None:
        """Go on like this until told otherwise, and for so many seconds at most. Raises: OnvifError."""
        pan_tilt = _vector("tt:PanTilt", x=velocity.pan, y=velocity.tilt)
        zoom = _vector("tt:Zoom", x=velocity.zoom)
        body = element("Velocity", inside=pan_tilt + zoom) + element("Timeout", f"PT{for_s:g}S")
        await self._ask("ContinuousMove", body)

    async def stop(self) -> None:
        """Raises: OnvifError."""
        await self._ask("Stop", element("PanTilt", "true") + element("Zoom", "true"))

    async def presets(self) -> tuple[Preset, ...]:
        """Raises: OnvifError."""
        answer = await self._ask("GetPresets")
        found = [each for each in descendants(answer, "Preset") if each.get("token")]
        return tuple(_preset(each) for each in found[:_MOST_PRESETS])

    async def go_to(self, preset_token: str) -> None:
        """Raises: PresetUnknown, OnvifError."""
        try:
            await self._ask("GotoPreset", element("PresetToken", preset_token))
        except OnvifFault:
            # Makes name this fault in different ways, so the list decides.
            if any(preset.token == preset_token for preset in await self.presets()):
                raise
            raise PresetUnknown(address=self.address, preset=preset_token) from None

    async def _ask(self, operation: str, body: str = "") -> Element:
        body = element("ProfileToken", self._profile_token) + body
        return await self._device.call("ptz", Request(operation=operation, namespace=PTZ, body=body))


class Mover:
    """One device's moves, one after another; a move that is not asked for again within `hold_s` seconds is stopped."""

    def __init__(
        self,
        ptz: Ptz,
        *,
        hold_s: float,
        clock: Clock,
        group: asyncio.TaskGroup,
        on_failure: Callable[[OnvifError], None] = lambda _error: None,
    ) -> None:
        """`on_failure` is told of a stop that the device did not take: its own timeout must do."""
        self._ptz = ptz
        self._hold_s = hold_s
        self._clock = clock
        self._group = group
        self._on_failure = on_failure
        self._in_turn = asyncio.Lock()
        #: monotonic seconds at which it is to be stopped; None while it stands
        self._until: float | None = None
        self._watched = False

    async def move(self, velocity: Velocity) -> bool:
        """Whether it stood before. Raises: OnvifError; the move is stopped even then, for the device may have heard it."""
        async with self._in_turn:
            stood = self._until is None
            self._until = math.inf
            try:
                await self._ptz.move(velocity, for_s=self._hold_s)
            finally:
                self._until = self._clock.monotonic() + self._hold_s
                if not self._watched:
                    self._watched = True
                    self._group.create_task(self._watch())
        return stood

    async def stop(self) -> None:
        """Raises: OnvifError."""
        async with self._in_turn:
            await self._ptz.stop()
            self._until = None

    async def go_to(self, preset_token: str) -> None:
        """Raises: PresetUnknown, OnvifError."""
        async with self._in_turn:
            await self._ptz.go_to(preset_token)
            self._until = None

    async def presets(self) -> tuple[Preset, ...]:
        """Raises: OnvifError."""
        return await self._ptz.presets()

    async def _watch(self) -> None:
        try:
            while self._until is not None:
                left_s = self._until - self._clock.monotonic()
                if left_s > 0:
                    await self._clock.sleep(min(left_s, self._hold_s))
                    continue
                await self._stop_if_due()
        finally:
            self._watched = False

    async def _stop_if_due(self) -> None:
        async with self._in_turn:
            if self._until is None or self._until > self._clock.monotonic():
                return
            self._until = None
            try:
                await self._ptz.stop()
            except OnvifError as error:
                self._on_failure(error)


def _vector(tag: str, **values: float) -> str:
    return element(tag, **{name: f"{value:.4f}" for name, value in values.items()})


def _preset(found: Element) -> Preset:
    shown = "".join(letter for letter in text_of(found, "Name")[:_LONGEST] if letter.isprintable())
    return Preset(token=found.get("token", "")[:_LONGEST], name=shown)
