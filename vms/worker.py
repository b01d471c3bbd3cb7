"""The worker takes the cameras of the registry and keeps one task for each: started, stopped and replaced as they change.

A camera that meets a bug of ours is marked failed, counted, and stays down loudly until it is changed or the server
restarts; its neighbours go on.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass, replace

import structlog

from detectors.analyser import AnalysisStats
from runtime.clock import Clock
from runtime.database import DatabaseUnavailable
from runtime.errors import VmsError
from runtime.tasks import Backoff, supervise
from streams.camera import CameraId, ProfileName
from streams.condition import Condition
from streams.health import StreamHealth
from streams.recorder import Recorder
from vms.camera_task import CameraTask
from vms.cameras.registry import Registry
from vms.cameras.watch import Watch
from vms.errors import CameraFailed
from vms.health.condition_log import ConditionLog

log = structlog.get_logger(__name__)

MakeTask = Callable[[Watch], CameraTask]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    watch: Watch
    camera_task: CameraTask
    task: asyncio.Task[None]


def _goes_on(wanted: Mapping[CameraId, Watch], watch: Watch) -> bool:
    """Whether a camera is still to be watched as it is: what is only known of it may have changed."""
    now = wanted.get(watch.camera.id)
    return now is not None and now.is_watched_like(watch)


class Worker:
    def __init__(
        self,
        *,
        registry: Registry,
        make_task: MakeTask,
        conditions: ConditionLog,
        clock: Clock,
        on_wanted: Callable[[Collection[Watch]], None] = lambda _watches: None,
        owned: Callable[[], Set[CameraId] | None] = lambda: None,
    ) -> None:
        """`on_wanted` is told which cameras are to be watched, after every look at the registry; `owned` says which this
        worker has at the moment, None for all."""
        self._registry = registry
        self._make_task = make_task
        self._conditions = conditions
        self._clock = clock
        self._on_wanted = on_wanted
        self._owned = owned
        self._changed = asyncio.Event()
        self._running: dict[CameraId, _Running] = {}
        self._failed: dict[CameraId, Watch] = {}

    def look_again(self) -> None:
        """The registry has changed, or may have."""
        self._changed.set()

    def note_health(self, camera_id: CameraId, profile: ProfileName, health: StreamHealth) -> None:
        """The connection of a stream changed its state."""
        log.info(
            "stream",
            camera=camera_id,
            profile=profile,
            state=health.state,
            error=str(health.error) if health.error else None,
        )

    def note_condition(self, camera_id: CameraId, profile: ProfileName, condition: Condition) -> None:
        """What is seen of a stream changed: have it written, for people and for alerts about cameras."""
        log.info(
            "condition", camera=camera_id, profile=profile, state=condition.state, causes=condition.causes
        )
        self._conditions.note(camera_id, profile, condition)

    def note_clock_offset(self, camera_id: CameraId, offset_s: float | None) -> None:
        """By how many seconds a camera's clock is ahead of ours, as it was asked; None where that is not known any more."""
        running = self._running.get(camera_id)
        if running is not None:
            running.camera_task.note_clock_offset(offset_s)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            await supervise(
                lambda: self._follow_registry(group),
                retry_on=(DatabaseUnavailable,),
                backoff=Backoff(first_s=0.5, most_s=10.0),
                clock=self._clock,
                stable_after_s=10.0,
                on_failure=lambda error, _delay_s: log.warning("registry unread", error=str(error)),
            )

    async def _follow_registry(self, group: asyncio.TaskGroup) -> None:
        while True:
            self._changed.clear()
            wanted, unreadable = await self._read_watches()
            self._rewatch(wanted)
            await self._stop(
                [id for id, running in self._running.items() if not _goes_on(wanted, running.watch)]
            )
            self._failed = {id: watch for id, watch in self._failed.items() if _goes_on(wanted, watch)}
            self._conditions.keep_only(wanted.keys() | unreadable)
            for camera_id, watch in wanted.items():
                # What is owned may have changed while others were stopped.
                if self._is_owned(camera_id) and not (
                    camera_id in self._running or camera_id in self._failed
                ):
                    self._start(group, watch)
            self._on_wanted(wanted.values())
            await self._changed.wait()

    async def _read_watches(self) -> tuple[dict[CameraId, Watch], set[CameraId]]:
        """The cameras to be watched, and those whose passwords cannot be read."""
        unreadable: set[CameraId] = set()

        def note_unreadable(camera_id: CameraId, profile: ProfileName, error: VmsError) -> None:
            unreadable.add(camera_id)
            self._note_failed(camera_id, profile, error)

        watches = await self._registry.watches(on_unreadable=note_unreadable, camera_ids=self._owned())
        enabled = {watch.camera.id: watch for watch in watches if watch.camera.enabled}
        return {id: watch for id, watch in enabled.items() if self._is_owned(id)}, unreadable

    def _is_owned(self, camera_id: CameraId) -> bool:
        owned = self._owned()
        return owned is None or camera_id in owned

    async def let_go(self, camera_ids: Set[CameraId]) -> None:
        """Others have these cameras, or may soon: stop watching them now, whatever the registry says."""
        await self._stop([camera_id for camera_id in camera_ids if camera_id in self._running])
        self._failed = {id: watch for id, watch in self._failed.items() if id not in camera_ids}

    def _rewatch(self, wanted: Mapping[CameraId, Watch]) -> None:
        """Where only rules, zones or hours changed, reading and recording go on."""
        for camera_id, running in self._running.items():
            now = wanted.get(camera_id)
            if now is None or now.is_watched_like(running.watch) or not now.is_read_like(running.watch):
                continue
            running.camera_task.rewatch(now)
            self._running[camera_id] = replace(running, watch=now)

    def _start(self, group: asyncio.TaskGroup, watch: Watch) -> None:
        camera_task = self._make_task(watch)
        task = group.create_task(self._run_camera(watch, camera_task), name=f"camera {watch.camera.id}")
        self._running[watch.camera.id] = _Running(watch=watch, camera_task=camera_task, task=task)

    async def _stop(self, camera_ids: list[CameraId]) -> None:
        stopping = [self._running.pop(camera_id) for camera_id in camera_ids]
        for running in stopping:
            running.task.cancel()
        await asyncio.gather(*(running.task for running in stopping), return_exceptions=True)
        for running in stopping:
            for profile in running.watch.camera.profiles:
                self._conditions.unwatched(running.watch.camera.id, profile.name)

    async def _run_camera(self, watch: Watch, camera_task: CameraTask) -> None:
        camera = watch.camera
        try:
            await camera_task.run()
        except Exception as error:  # a bug in one camera must not take its neighbours down
            log.error("camera failed", camera=camera.id, name=camera.name, exc_info=error)
            running = self._running.pop(camera.id, None)
            self._failed[camera.id] = running.watch if running else watch
            for profile in camera.profiles:
                self._note_failed(camera.id, profile.name, CameraFailed(name=camera.name))

    def _note_failed(self, camera_id: CameraId, profile: ProfileName, error: VmsError) -> None:
        """Nobody watches it through no fault of the camera: it is offline, the error says why."""
        known = self._conditions.conditions().get((camera_id, profile))
        if known is None or known.error is None or known.error.code != error.code:
            self.note_condition(
                camera_id, profile, Condition(state="offline", since=self._clock.now(), error=error)
            )

    # What others read: figures of the cameras as they are now.

    def streams(self) -> dict[tuple[int, str], StreamHealth]:
        return {
            (camera_id, profile): health
            for camera_id, running in self._running.items()
            for profile, health in running.camera_task.health.items()
        }

    def analyses(self) -> dict[int, AnalysisStats]:
        return {camera_id: running.camera_task.analysis_stats for camera_id, running in self._running.items()}

    def recorders(self) -> dict[tuple[int, str], Recorder]:
        return {
            (camera_id, profile): recorder
            for camera_id, running in self._running.items()
            for profile, recorder in running.camera_task.recorders.items()
        }

    def frames(self) -> tuple[int, int]:
        """Those of the cameras that are watched now: analysed, and skipped because the machine had no time."""
        stats = self.analyses().values()
        return sum(each.frames for each in stats), sum(each.late + each.budget for each in stats)

    def failed_cameras(self) -> int:
        return len(self._failed)
