"""The cameras that this worker has: taken, renewed, given back, and let go of at once when the lease has run out.

A camera is stopped before it is given back, and never watched for longer than the grip of the last renewal lasts by this
process's own monotonic clock, whatever hangs. What is watched and how is none of its business.
"""

import asyncio
from collections.abc import Awaitable, Callable, Set
from uuid import uuid4

import structlog

from runtime.clock import Clock
from runtime.database import Connection, Database, DatabaseUnavailable
from runtime.tasks import Backoff, supervise
from streams.camera import CameraId
from vms.cluster import store
from vms.cluster.errors import WorkerNameTaken
from vms.cluster.identity import WorkerIdentity
from vms.cluster.lease import RENEWALS, Grip, fair_share, to_give_back, to_take
from vms.cluster.settings import WorkerSettings

log = structlog.get_logger(__name__)

Stop = Callable[[Set[CameraId]], Awaitable[None]]
#: frames analysed, and those for which there was no time
Figures = Callable[[], tuple[int, int]]


class Keeper:
    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        settings: WorkerSettings,
        identity: WorkerIdentity,
        stop: Stop,
        on_gained: Callable[[], None],
        figures: Figures = lambda: (0, 0),
    ) -> None:
        """`stop` ends the watching of cameras that are lost; `on_gained` is told when there are new ones."""
        self._database = database
        self._clock = clock
        self._settings = settings
        self._identity = identity
        self._stop = stop
        self._on_gained = on_gained
        self._figures = figures
        self._session = uuid4()
        self._owned: frozenset[CameraId] = frozenset()
        self._grip: Grip | None = None
        self._wake = asyncio.Event()
        #: times that cameras were let go of because the lease had run out, and because others had taken them
        self.ran_out = 0
        self.replaced = 0

    @property
    def name(self) -> str:
        return self._identity.name

    @property
    def owned(self) -> frozenset[CameraId]:
        """The cameras that may be watched now."""
        return self._owned

    def look_again(self) -> None:
        """Cameras were added or are free, or may be."""
        self._wake.set()

    async def join(self) -> None:
        """Begin: from now on others know of this worker. Raises: WorkerNameTaken, DatabaseUnavailable."""
        who = self._identity
        async with self._database.transaction() as connection:
            joined = await store.join(
                connection,
                name=who.name,
                host=who.host,
                folder=who.folder,
                capacity=self._settings.cameras,
                version=who.version,
                session=self._session,
                lease_s=self._settings.lease_s,
            )
            if not joined:
                other = await store.holder(connection, who.name)
                host, folder = (other["host"], other["folder"]) if other else ("?", "?")
                raise WorkerNameTaken(worker=who.name, host=host, folder=folder)

    async def run(self) -> None:
        """Until cancelled. Raises: WorkerNameTaken, where another has come while this one was not heard of."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._fence())
            group.create_task(self._tick())
            group.create_task(
                supervise(
                    self._round_for_ever,
                    retry_on=(DatabaseUnavailable,),
                    backoff=Backoff(first_s=0.5, most_s=self._every_s),
                    clock=self._clock,
                    stable_after_s=self._every_s,
                    on_failure=lambda error, _delay_s: log.warning("lease not renewed", error=str(error)),
                )
            )

    async def leave(self) -> None:
        """Give everything back, once nothing is watched any more. Without the database, silence says so."""
        self._owned = frozenset()
        try:
            async with self._database.transaction() as connection:
                await store.leave(connection, self.name, self._session)
                await store.free_the_left(connection)
                await store.ring_leases(connection)
        except DatabaseUnavailable as error:
            log.warning("cameras not given back", error=str(error))

    @property
    def _every_s(self) -> float:
        return self._settings.lease_s / RENEWALS

    async def _tick(self) -> None:
        while True:
            await self._clock.sleep(self._every_s)
            self._wake.set()

    async def _round_for_ever(self) -> None:
        while True:
            self._wake.clear()
            await self.round()
            await self._wake.wait()

    async def round(self) -> None:
        """Renew, see who else is there, take what is free and fair, give back what is too much.

        Raises: WorkerNameTaken, DatabaseUnavailable.
        """
        asked_s = self._clock.monotonic()
        async with self._database.transaction() as connection, asyncio.timeout(self._settings.lease_s):
            renewed = await self._renew(connection)
            others, share = 0, 0
            now_owned: frozenset[CameraId] = frozenset()
            if renewed:
                others, share, now_owned = await self._share_out(connection)
        if not renewed:
            await self._begin_anew()
            return
        settings = self._settings
        self._grip = Grip(
            asked_s=asked_s, others=others, lease_s=settings.lease_s, overlap_s=settings.overlap_s
        )
        surplus = to_give_back(sorted(now_owned), share=share, capacity=settings.cameras)
        await self._hold(now_owned.difference(surplus))
        if surplus:
            async with self._database.transaction() as connection:
                await store.give_back(connection, self.name, surplus)
                await store.ring_leases(connection)
            log.info("cameras given back", worker=self.name, cameras=len(surplus))

    async def _renew(self, connection: Connection) -> bool:
        analysed, skipped = self._figures()
        return await store.renew(
            connection,
            name=self.name,
            session=self._session,
            lease_s=self._settings.lease_s,
            analysed=analysed,
            skipped=skipped,
        )

    async def _share_out(self, connection: Connection) -> tuple[int, int, frozenset[CameraId]]:
        """How many others there are, this worker's fair share, and what it has now."""
        silent = await store.end_silent(connection)
        freed = await store.free_the_left(connection)
        if silent or freed:
            log.warning("worker silent", workers=silent, cameras=freed)
            await store.ring_leases(connection)
        held = await store.owned(connection, self.name)
        rivals = await store.rivals(connection, self.name)
        free = await store.free_count(connection)
        capacity = self._settings.cameras
        total = len(held) + free + sum(rival["cameras"] for rival in rivals)
        share = fair_share(total, [capacity, *(rival["capacity"] for rival in rivals)])
        more = to_take(held=len(held), share=share, capacity=capacity)
        if free and more:
            await store.take(connection, self.name, more)
            held = await store.owned(connection, self.name)
        await store.note_cameras(connection, self.name, len(held))
        return len(rivals), share, held

    async def _begin_anew(self) -> None:
        """Others have taken what was not renewed: stop all of it, and join as one who has nothing."""
        log.error("lease lost", worker=self.name, cameras=len(self._owned))
        self.replaced += 1
        await self._hold(frozenset())
        self._session = uuid4()
        await self.join()
        self._wake.set()

    async def _hold(self, cameras: frozenset[CameraId]) -> None:
        lost, gained = self._owned - cameras, cameras - self._owned
        self._owned = cameras
        if lost:
            await self._stop(lost)
        if gained:
            log.info("cameras taken", worker=self.name, cameras=len(gained), of=len(cameras))
            self._on_gained()

    async def _fence(self) -> None:
        """Let go of every camera at the moment at which others may watch it."""
        while True:
            now_s = self._clock.monotonic()
            left_s = self._grip.ends_s - now_s if self._grip is not None else self._every_s
            if left_s <= 0:
                left_s = self._every_s
                if self._owned:
                    log.error("lease ran out", worker=self.name, cameras=len(self._owned))
                    self.ran_out += 1
                    await self._hold(frozenset())
            await self._clock.sleep(min(left_s, self._every_s))
