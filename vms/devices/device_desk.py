"""What people ask of a camera as a device: steer it, list its presets, read how it makes its picture.

A device that was asked is kept open for a while, so that a held joystick costs one request a move. Each has its own task;
whoever is done with it first lets a move end that is still under way.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog

from runtime.clock import Clock
from streams.camera import CameraId
from streams.onvif.account import OnvifAccount
from streams.onvif.device import OnvifDevice
from streams.onvif.errors import OnvifError, OnvifUnsupported, PresetUnknown
from streams.onvif.imaging import ImagingSettings, read_imaging
from streams.onvif.ptz import Mover, Preset, Ptz, Velocity
from streams.onvif.settings import OnvifSettings

log = structlog.get_logger(__name__)

#: devices that are kept open
_MOST_OPEN: Final = 64
#: seconds after which a device is asked anew who and when it is
_KEPT_S: Final = 60.0


class _Open:
    """One device, while it is kept open."""

    def __init__(self, account: OnvifAccount, opened_at: float) -> None:
        self.account = account
        self.opened_at = opened_at
        self.device: asyncio.Future[OnvifDevice] = asyncio.get_running_loop().create_future()
        self.done = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None
        self._mover: Mover | None = None
        self._finding = asyncio.Lock()

    def began(self, device: OnvifDevice, group: asyncio.TaskGroup) -> None:
        self._group = group
        self.device.set_result(device)

    async def mover(self, camera_id: CameraId, *, clock: Clock) -> Mover:
        """Raises: OnvifUnsupported, OnvifError."""
        device = await self.device
        async with self._finding:
            if self._mover is None:
                assert self._group is not None  # it is there before the device is
                self._mover = Mover(
                    await Ptz.of(device),
                    hold_s=device.settings.move_s,
                    clock=clock,
                    group=self._group,
                    on_failure=lambda error: log.warning("not stopped", camera=camera_id, error=str(error)),
                )
            return self._mover


class DeviceDesk:
    def __init__(self, *, clock: Clock, settings: OnvifSettings) -> None:
        self._clock = clock
        self._settings = settings
        self._group: asyncio.TaskGroup | None = None
        self._open: dict[CameraId, _Open] = {}

    @property
    def hold_s(self) -> float:
        """Seconds after which a move is stopped that is not asked for again."""
        return self._settings.move_s

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            await asyncio.Event().wait()

    async def move(self, camera_id: CameraId, account: OnvifAccount, velocity: Velocity) -> bool:
        """Whether it stood before. Raises: OnvifError."""
        async with self._asked(camera_id, account) as kept:
            return await (await kept.mover(camera_id, clock=self._clock)).move(velocity)

    async def stop(self, camera_id: CameraId, account: OnvifAccount) -> None:
        """Raises: OnvifError."""
        async with self._asked(camera_id, account) as kept:
            await (await kept.mover(camera_id, clock=self._clock)).stop()

    async def go_to(self, camera_id: CameraId, account: OnvifAccount, preset: str) -> None:
        """Raises: PresetUnknown, OnvifError."""
        async with self._asked(camera_id, account) as kept:
            await (await kept.mover(camera_id, clock=self._clock)).go_to(preset)

    async def presets(self, camera_id: CameraId, account: OnvifAccount) -> tuple[Preset, ...]:
        """Raises: OnvifError."""
        async with self._asked(camera_id, account) as kept:
            return await (await kept.mover(camera_id, clock=self._clock)).presets()

    async def imaging(self, camera_id: CameraId, account: OnvifAccount) -> tuple[ImagingSettings, ...]:
        """Raises: OnvifError."""
        async with self._asked(camera_id, account) as kept:
            return await read_imaging(await kept.device)

    @asynccontextmanager
    async def _asked(self, camera_id: CameraId, account: OnvifAccount) -> AsyncIterator[_Open]:
        kept = self._open.get(camera_id)
        old = kept is not None and kept.opened_at + _KEPT_S <= self._clock.monotonic()
        if kept is None or kept.account != account or old:
            self._close(camera_id)
            kept = self._begin(camera_id, account)
        try:
            yield kept
        except OnvifError as error:
            # What it is or what time it has may have changed: it is asked anew the next time.
            if not isinstance(error, PresetUnknown | OnvifUnsupported) and self._open.get(camera_id) is kept:
                self._close(camera_id)
            raise

    def _begin(self, camera_id: CameraId, account: OnvifAccount) -> _Open:
        assert self._group is not None, "the desk is not running"
        while len(self._open) >= _MOST_OPEN:
            self._close(min(self._open, key=lambda each: self._open[each].opened_at))
        kept = self._open[camera_id] = _Open(account, self._clock.monotonic())
        self._group.create_task(self._keep(kept), name=f"desk {camera_id}")
        return kept

    def _close(self, camera_id: CameraId) -> None:
        kept = self._open.pop(camera_id, None)
        if kept is not None:
            kept.done.set()

    async def _keep(self, kept: _Open) -> None:
        try:
            await self._serve(kept)
        except Exception as error:  # a bug with one device must not take the house down
            log.error("device failed", address=kept.account.address, exc_info=error)
            if not kept.device.done():
                kept.device.cancel()

    async def _serve(self, kept: _Open) -> None:
        account = kept.account
        async with (
            OnvifDevice.open(
                account.address,
                account.port,
                account.username,
                account.password,
                clock=self._clock,
                settings=self._settings,
            ) as device,
            asyncio.TaskGroup() as group,
        ):
            kept.began(device, group)
            await kept.done.wait()
