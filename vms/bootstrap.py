"""The composition root: builds every part from the settings, hands each its slice, and runs them in one TaskGroup."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from alerts.capture import Capture
from alerts.journal import Journal
from alerts.lifecycle import Lifecycle
from alerts.outages.watch import OutageWatch
from alerts.outbox import Outbox
from detectors.budget import Budget
from detectors.models import Models, load_models
from runtime.clock import Clock, SystemClock, cpu_seconds
from runtime.cores import usable_cores
from runtime.database import Database
from runtime.listen import listen
from runtime.migrations import migrate, read_migrations
from runtime.postgres import embedded_postgres
from runtime.vault import Vault
from streams.camera import CameraId
from streams.recovery import recover
from streams.segment import VolumeId
from streams.view_files import ViewFiles
from vms.api.app import create_app
from vms.api.deps import Parts
from vms.audit.alerts import audit_alert
from vms.camera_task import CameraTask
from vms.cameras.networks import Networks
from vms.cameras.prober import Prober
from vms.cameras.registry import Registry
from vms.cameras.watch import Watch
from vms.cluster.errors import HouseDatabaseMissing
from vms.cluster.identity import identity_of
from vms.cluster.keeper import Keeper
from vms.cluster.turn import Turn
from vms.data_folder import DataFolder, held, open_data_folder
from vms.devices.device_desk import DeviceDesk
from vms.devices.event_watch import EventWatch
from vms.evidence.desk import EvidenceDesk, evidence_desk
from vms.health.condition_log import ConditionLog
from vms.health.history import HealthHistory
from vms.health.readiness import Health
from vms.http_server import HttpServer, listen_on
from vms.metrics import Metrics
from vms.places import MIGRATIONS
from vms.retention.retention import Retention
from vms.rooms.hub import Hub
from vms.segments import PostgresSegments
from vms.settings import Settings
from vms.signing.heads import HeadSigner
from vms.volumes import recordings_volume
from vms.worker import Worker

log = structlog.get_logger(__name__)

#: LISTEN channels: a room has news, the list of cameras has changed, cameras are free, conditions were written
CHANNELS = ("notification", "camera", "lease", "condition")


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """What commands need that only read or write what is stored."""

    database: Database
    registry: Registry
    history: HealthHistory
    folder: DataFolder
    evidence: EvidenceDesk

    @property
    def views(self) -> ViewFiles:
        """The reference pictures of cameras."""
        return ViewFiles(self.folder.views)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server, as whoever started it sees it."""

    #: empty where it has no page
    url: str
    #: how other workers know it
    name: str
    storage: Storage
    worker: Worker
    capture: Capture


OnReady = Callable[[Server], Coroutine[None, None, None]]


@asynccontextmanager
async def open_storage(settings: Settings, folder: DataFolder, *, clock: Clock) -> AsyncIterator[Storage]:
    """The database, its schema brought up to date, and what stands directly on it.

    Raises: DatabaseUnavailable, InvalidDatabaseUrl, EmbeddedPostgresFailed, VaultUnreadable, …
    """
    async with AsyncExitStack() as stack:
        url = settings.database.get_secret_value()
        if not url:
            url = await stack.enter_async_context(embedded_postgres(folder.postgres, clock=clock))
        database = Database(url)
        await database.open()
        stack.push_async_callback(database.close)
        for name in await migrate(database, read_migrations(MIGRATIONS)):
            log.info("migration applied", name=name)
        vault = Vault.open(folder.key)
        prober = Prober(
            networks=Networks.of(settings.cameras), clock=clock, onvif=settings.onvif, ingest=settings.ingest
        )
        registry = Registry(database=database, vault=vault, settings=settings.cameras, prober=prober)
        history = HealthHistory(database=database, clock=clock, time_zone=ZoneInfo(settings.time_zone))
        evidence = evidence_desk(settings, database=database, vault=vault, data=folder.path, clock=clock)
        yield Storage(database=database, registry=registry, history=history, folder=folder, evidence=evidence)


async def serve(
    settings: Settings,
    *,
    on_ready: OnReady,
    stop: asyncio.Event,
    clock: Clock | None = None,
    page: bool = True,
    cameras: bool = True,
) -> None:
    """Run the whole house in this process until `stop` is set; without its page, or without its cameras, if so asked.

    `on_ready` is called once the page answers; the server runs on meanwhile. What is wrong at the start (port, data
    folder, models, database) is raised before anything is served.
    """
    clock = clock or SystemClock()
    if not (page and cameras) and not settings.database.get_secret_value():
        raise HouseDatabaseMissing
    with ExitStack() as stack:
        listener = (
            stack.enter_context(listen_on(settings.server.host, settings.server.port)) if page else None
        )
        folder = open_data_folder(settings.data)
        stack.enter_context(held(folder))
        models = await asyncio.to_thread(_load_models, settings) if cameras else None
        async with open_storage(settings, folder, clock=clock) as storage:
            workers = settings.analysis.workers or usable_cores()
            with ThreadPoolExecutor(workers, thread_name_prefix="analysis") as executor:
                budget = Budget(
                    threads=workers,
                    share=settings.analysis.budget_share,
                    at_least_every_s=settings.analysis.at_least_every_s,
                    clock=clock,
                )
                house = _House(settings, storage, models, clock, executor, budget)
                if cameras:
                    await house.begin()
                await house.run(HttpServer(house.app, listener) if listener else None, on_ready, stop)


def _load_models(settings: Settings) -> Models:
    return load_models(
        settings.models_folder,
        threads=settings.analysis.threads_per_model,
        providers=settings.analysis.providers,
        person=settings.analysis.person_model,
        pose=settings.analysis.pose_model,
    )


class _House:
    """Every part, built and joined. Without models it watches no camera."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        models: Models | None,
        clock: Clock,
        executor: ThreadPoolExecutor,
        budget: Budget,
    ) -> None:
        self._clock = clock
        self._storage = storage
        recording = settings.recording.model_copy(
            update={"folder": storage.folder.path / settings.recording.folder}
        )
        self._recordings = recording.folder
        self._volume_id = VolumeId(0)  # known once it has begun
        self._settings = settings
        self._retention: Retention | None = None
        self._segments = PostgresSegments(storage.database)
        self._capture = Capture(
            database=storage.database,
            journal=Journal(storage.folder.journal, capacity=settings.journal.capacity),
            clock=clock,
        )
        self._hub = Hub()
        self._turn = Turn(database=storage.database, clock=clock)
        self._outages = OutageWatch(
            database=storage.database, clock=clock, settings=settings.outages, may_look=self._turn.is_mine
        )
        identity = identity_of(
            settings.worker.name,
            storage.folder.path,
            embedded=not settings.database.get_secret_value(),
        )
        self._conditions = ConditionLog(database=storage.database, clock=clock, watcher=identity.name)

        time_zone = ZoneInfo(settings.time_zone)

        def make_task(watch: Watch) -> CameraTask:
            assert models is not None, "the worker does not run without them"
            return CameraTask(
                watch,
                models=models,
                detector_settings=settings.detectors,
                ingest_settings=settings.ingest,
                recording_settings=recording,
                condition_settings=settings.condition,
                views=storage.views,
                segments=self._segments,
                volume_id=self._volume_id,
                max_lag_s=settings.analysis.max_lag_s,
                on_event=self._capture.submit,
                on_health=self._worker.note_health,
                on_condition=self._worker.note_condition,
                clock=clock,
                executor=executor,
                budget=budget,
                time_zone=time_zone,
            )

        def follow_devices(watches: Collection[Watch]) -> None:
            self._event_watch.follow(
                {watch.camera.id: watch.onvif for watch in watches if watch.onvif is not None}
            )

        self._worker = Worker(
            registry=storage.registry,
            make_task=make_task,
            conditions=self._conditions,
            clock=clock,
            on_wanted=follow_devices,
            owned=lambda: self._keeper.owned,
        )
        self._keeper = Keeper(
            database=storage.database,
            clock=clock,
            settings=settings.worker,
            identity=identity,
            stop=self._let_go,
            on_gained=self._worker.look_again,
            figures=self._worker.frames,
        )
        self._watches_cameras = models is not None
        self._event_watch = EventWatch(
            database=storage.database,
            clock=clock,
            settings=settings.onvif,
            on_clock_offset=self._worker.note_clock_offset,
        )
        self._desk = DeviceDesk(clock=clock, settings=settings.onvif)
        self.app = create_app(
            Parts(
                database=storage.database,
                registry=storage.registry,
                history=storage.history,
                lifecycle=Lifecycle(database=storage.database, clock=clock, on_applied=audit_alert),
                outbox=Outbox(storage.database),
                hub=self._hub,
                health=Health(
                    database=storage.database,
                    models=models.facts if models else (),
                    uses=models.uses if models else (),
                    streams=self._worker.streams,
                    analyses=self._worker.analyses,
                    recorders=self._worker.recorders,
                    failed_cameras=self._worker.failed_cameras,
                ),
                metrics=Metrics(
                    streams=self._worker.streams,
                    analyses=self._worker.analyses,
                    recorders=self._worker.recorders,
                    conditions=self._conditions,
                    devices=self._event_watch,
                    capture=self._capture.stats,
                    hub=self._hub,
                    keeper=self._keeper,
                    cpu_seconds=cpu_seconds,
                ),
                event_watch=self._event_watch,
                desk=self._desk,
                evidence=storage.evidence,
                clock=clock,
            )
        )

    async def begin(self) -> None:
        """Be known to other workers, and bring files and rows into agreement after whatever ended the last process."""
        await self._keeper.join()
        cameras = await self._storage.registry.recorded_ids()
        self._volume_id, _ = await recordings_volume(
            self._settings, self._storage.database, self._storage.folder.path
        )
        self._retention = Retention(
            database=self._storage.database,
            clock=self._clock,
            settings=self._settings.retention,
            volumes={self._volume_id: self._recordings},
        )
        await self._storage.evidence.signing.begin()
        report = await recover(self._recordings, self._segments, volume_id=self._volume_id, cameras=cameras)
        log.info(
            "recordings recovered",
            cut=len(report.cut),
            removed=len(report.removed),
            added=len(report.added),
            left=len(report.left),
        )
        registered = await self._storage.registry.ids()
        await asyncio.to_thread(self._storage.views.keep_only, registered)

    async def run(self, http: HttpServer | None, on_ready: OnReady, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._turn.run(), name="turn"),
                group.create_task(self._outages.run(), name="outages"),
                group.create_task(self._desk.run(), name="device desk"),
                group.create_task(self._listen(), name="listen"),
                group.create_task(self._say_ready(http, on_ready), name="ready"),
            ]
            if http is not None:
                tasks.append(group.create_task(http.run_until_cancelled(), name="http"))
                tasks.append(group.create_task(self._storage.evidence.exports.run(), name="exports"))
            if self._retention is not None:
                tasks.append(group.create_task(self._retention.run(), name="retention"))
                signer = HeadSigner(
                    database=self._storage.database, signing=self._storage.evidence.signing, clock=self._clock
                )
                tasks.append(group.create_task(signer.run(), name="heads"))
            if self._watches_cameras:
                tasks += [
                    group.create_task(self._capture.run(), name="capture"),
                    group.create_task(self._conditions.run(), name="conditions"),
                    group.create_task(self._keeper.run(), name="keeper"),
                    group.create_task(self._worker.run(), name="worker"),
                    group.create_task(self._event_watch.run(), name="device events"),
                ]
            await stop.wait()
            for task in tasks:
                task.cancel()
        if self._watches_cameras:
            await self._conditions.close()
            await self._keeper.leave()

    async def _say_ready(self, http: HttpServer | None, on_ready: OnReady) -> None:
        if http is not None:
            await http.answering.wait()
        url = http.url if http is not None else ""
        await on_ready(
            Server(
                url=url,
                name=self._keeper.name,
                storage=self._storage,
                worker=self._worker,
                capture=self._capture,
            )
        )

    async def _let_go(self, camera_ids: Set[CameraId]) -> None:
        await self._worker.let_go(camera_ids)
        self._worker.look_again()  # so that nobody listens to their devices either

    async def _listen(self) -> None:
        def on_ring(channel: str, payload: str) -> None:
            if channel == "notification":
                self._hub.ring(payload)
            elif channel == "condition":
                self._outages.look_soon()
            else:
                self._keeper.look_again()
                if channel == "camera":
                    self._worker.look_again()

        await listen(
            self._storage.database.url,
            CHANNELS,
            on_ring=on_ring,
            clock=self._clock,
            on_failure=lambda error, _delay_s: log.warning("doorbell lost", error=str(error)),
        )
