"""Conditions of streams as the worker would have them written."""

from datetime import datetime
from typing import Any, cast

from runtime.clock import Clock, SystemClock
from runtime.database import Database
from runtime.errors import VmsError
from streams.camera import CameraId, ProfileName
from streams.condition import Condition, ConditionState
from vms.health.condition_log import ConditionLog


class Seen:
    """What tests say that is seen of cameras; written at once."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.log = ConditionLog(database=database, clock=self.clock)
        self._begun = False

    async def see(
        self,
        camera_id: int,
        state: str,
        *causes: str,
        profile: str = "main",
        error: VmsError | None = None,
        at: datetime | None = None,
    ) -> None:
        self.note(camera_id, state, *causes, profile=profile, error=error, at=at)
        await self.write()

    def note(
        self,
        camera_id: int,
        state: str,
        *causes: str,
        profile: str = "main",
        error: VmsError | None = None,
        at: datetime | None = None,
    ) -> None:
        condition = Condition(
            state=cast(ConditionState, state),
            since=at or self.clock.now(),
            causes=cast(Any, causes),
            error=error,
        )
        self.log.note(CameraId(camera_id), cast(ProfileName, profile), condition)

    async def write(self) -> None:
        if not self._begun:
            await self.log.begin()
        self._begun = True
        await self.log.write()
