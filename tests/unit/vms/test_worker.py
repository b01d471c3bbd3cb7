"""The worker: cameras come, change and go; one that meets a bug stays down loudly and harms no neighbour."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from detectors.hours import Hours
from runtime.clock import SystemClock
from runtime.errors import VmsError
from streams.camera import Camera, CameraId, StreamProfile
from streams.condition import Condition
from streams.onvif.account import OnvifAccount
from tests.fakes.wait import until
from vms.cameras.watch import Watch
from vms.errors import CameraFailed
from vms.health.condition_log import ConditionLog
from vms.worker import Worker

NOW = datetime(2026, 11, 5, tzinfo=UTC)


def watch(
    number: int, *, url: str = "rtsp://camera/x", enabled: bool = True, hours: str | None = None
) -> Watch:
    profile = StreamProfile(name="main", url=url)
    camera = Camera(id=CameraId(number), unit_id=1, name=f"c{number}", enabled=enabled, profiles=(profile,))
    return Watch(
        camera=camera,
        rules=frozenset({"fall"}),
        zones=(),
        hours={"fall": Hours.parse(hours)} if hours else {},
    )


class FakeRegistry:
    def __init__(self, *watches: Watch) -> None:
        self.listed = list(watches)
        self.unreadable: dict[tuple[int, str], VmsError] = {}

    async def watches(self, *, on_unreadable: Any, camera_ids: Any = None) -> list[Watch]:
        for (camera_id, profile), error in self.unreadable.items():
            on_unreadable(camera_id, profile, error)
        return self.listed


class FakeTask:
    """Runs until cancelled, or until the test makes it fail."""

    def __init__(self, watch: Watch, log: list[str]) -> None:
        self._watch = watch
        self._log = log
        self.bug = asyncio.Event()
        self.clock_offsets: list[float | None] = []

    def note_clock_offset(self, offset_s: float | None) -> None:
        self.clock_offsets.append(offset_s)

    def rewatch(self, watch: Watch) -> None:
        self._log.append(f"rewatch {watch.camera.id} {watch.hours['fall']}")

    async def run(self) -> None:
        name = f"{self._watch.camera.id} {self._watch.camera.profiles[0].url}"
        self._log.append(f"start {name}")
        try:
            await self.bug.wait()
            raise ZeroDivisionError
        finally:
            self._log.append(f"end {name}")


class Stage:
    def __init__(self, *watches: Watch) -> None:
        self.registry = FakeRegistry(*watches)
        self.owned: set[CameraId] | None = None
        self.log: list[str] = []
        self.tasks: dict[int, FakeTask] = {}
        self.conditions = ConditionLog(database=cast(Any, None), clock=SystemClock())
        self.worker = Worker(
            registry=self.registry,  # type: ignore[arg-type]
            make_task=self._make,
            conditions=self.conditions,
            clock=SystemClock(),
            owned=lambda: self.owned,
        )

    def _make(self, watch: Watch) -> Any:
        task = self.tasks[watch.camera.id] = FakeTask(watch, self.log)
        return task

    async def __aenter__(self) -> "Stage":
        self._running = asyncio.create_task(self.worker.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._running.cancel()
        await asyncio.gather(self._running, return_exceptions=True)


async def test_a_camera_that_is_added_starts_and_one_that_is_switched_off_stops() -> None:
    async with Stage(watch(1)) as stage:
        await until(lambda: stage.log == ["start 1 rtsp://camera/x"])
        stage.registry.listed = [watch(1, enabled=False), watch(2)]
        stage.worker.look_again()
        await until(lambda: "start 2 rtsp://camera/x" in stage.log)
        assert "end 1 rtsp://camera/x" in stage.log


async def test_a_change_replaces_its_own_camera_and_leaves_the_neighbour_running() -> None:
    async with Stage(watch(1), watch(2)) as stage:
        await until(lambda: len(stage.log) == 2)
        stage.registry.listed = [watch(1, url="rtsp://camera/new"), watch(2)]
        stage.worker.look_again()
        await until(lambda: "start 1 rtsp://camera/new" in stage.log)
        assert stage.log.index("end 1 rtsp://camera/x") < stage.log.index("start 1 rtsp://camera/new")
        assert not any(line.startswith("end 2") for line in stage.log)


async def test_other_hours_are_taken_without_a_gap_and_a_bug_in_them_is_not_tried_twice() -> None:
    async with Stage(watch(1), watch(2)) as stage:
        await until(lambda: len(stage.log) == 2)
        stage.registry.listed = [watch(1, hours="07:00-22:00"), watch(2), watch(3)]
        stage.worker.look_again()
        await until(lambda: "start 3 rtsp://camera/x" in stage.log)
        own = [line for line in stage.log if " 1 " in line]
        assert own == ["start 1 rtsp://camera/x", "rewatch 1 07:00-22:00"]
        stage.tasks[1].bug.set()
        await until(lambda: stage.worker.failed_cameras() == 1)
        stage.registry.listed = [*stage.registry.listed, watch(4)]
        stage.worker.look_again()
        await until(lambda: "start 4 rtsp://camera/x" in stage.log)
        assert stage.worker.failed_cameras() == 1
        # An address that changes with them is another matter.
        stage.registry.listed = [watch(3, hours="07:00-22:00", url="rtsp://camera/new")]
        stage.worker.look_again()
        await until(lambda: "start 3 rtsp://camera/new" in stage.log)


async def test_a_bug_in_one_camera_is_told_and_counted_and_its_neighbour_goes_on() -> None:
    async with Stage(watch(1), watch(2)) as stage:
        await until(lambda: len(stage.log) == 2)
        stage.tasks[1].bug.set()
        await until(lambda: stage.worker.failed_cameras() == 1)
        told = stage.conditions.conditions()[CameraId(1), "main"]
        assert told.state == "offline" and told.error is not None and told.error.code == "camera_failed"
        stage.worker.look_again()  # it stays down while nothing about it changes
        stage.registry.listed = [watch(1), watch(2), watch(3)]
        await until(lambda: "start 3 rtsp://camera/x" in stage.log)
        assert stage.log.count("start 1 rtsp://camera/x") == 1
        assert not any(line.startswith("end 2") for line in stage.log)

        stage.registry.listed = [watch(1, url="rtsp://camera/new"), watch(2), watch(3)]
        stage.worker.look_again()  # a change gives it another chance
        await until(lambda: "start 1 rtsp://camera/new" in stage.log)
        assert stage.worker.failed_cameras() == 0


async def test_a_camera_that_nobody_watches_any_more_is_in_no_condition() -> None:
    live = Condition(state="live", since=NOW)
    async with Stage(watch(1), watch(2)) as stage:
        await until(lambda: len(stage.log) == 2)
        for number in (1, 2):
            stage.worker.note_condition(CameraId(number), "main", live)
        stage.registry.listed = [watch(1), watch(2, enabled=False), watch(3)]
        stage.worker.look_again()
        await until(lambda: "start 3 rtsp://camera/x" in stage.log)
        assert stage.conditions.conditions() == {(1, "main"): live}


async def test_a_camera_whose_password_cannot_be_read_is_offline_and_says_why() -> None:
    async with Stage(watch(1)) as stage:
        stage.registry.unreadable[2, "main"] = CameraFailed(name="c2")
        stage.worker.look_again()
        await until(lambda: (2, "main") in stage.conditions.conditions())
        told = stage.conditions.conditions()[CameraId(2), "main"]
        assert (told.state, told.causes) == ("offline", ())
        stage.worker.look_again()  # it is told once, not at every look
        stage.registry.listed = [watch(1), watch(3)]
        await until(lambda: "start 3 rtsp://camera/x" in stage.log)
        assert stage.conditions.conditions()[CameraId(2), "main"] is told


async def test_a_new_name_or_unit_does_not_restart_a_camera_nor_revive_one_that_failed() -> None:
    def renamed(old: Watch) -> Watch:
        return replace(old, camera=replace(old.camera, name="another", unit_id=7))

    async with Stage(watch(1), watch(2)) as stage:
        await until(lambda: len(stage.log) == 2)
        stage.tasks[2].bug.set()
        await until(lambda: stage.worker.failed_cameras() == 1)
        stage.registry.listed = [renamed(watch(1)), renamed(watch(2)), watch(3)]
        stage.worker.look_again()
        await until(lambda: "start 3 rtsp://camera/x" in stage.log)
        assert [line for line in stage.log if " 1 " in line] == ["start 1 rtsp://camera/x"]
        assert [line for line in stage.log if " 2 " in line] == [
            "start 2 rtsp://camera/x",
            "end 2 rtsp://camera/x",
        ]
        assert stage.worker.failed_cameras() == 1


async def test_a_clock_that_was_asked_reaches_its_camera_while_that_is_watched() -> None:
    async with Stage(watch(1), watch(2)) as stage:
        await until(lambda: len(stage.tasks) == 2)
        stage.worker.note_clock_offset(CameraId(2), 3600.0)
        stage.worker.note_clock_offset(CameraId(3), 1.0)
        assert (stage.tasks[1].clock_offsets, stage.tasks[2].clock_offsets) == ([], [3600.0])


async def test_a_camera_that_others_have_is_stopped_at_once_and_not_started_again() -> None:
    async with Stage(watch(1), watch(2)) as stage:
        stage.owned = {CameraId(1), CameraId(2)}
        await until(lambda: len(stage.log) == 2)
        stage.worker.note_condition(CameraId(2), "main", Condition(state="live", since=NOW))
        stage.owned = {CameraId(1), CameraId(3)}
        await stage.worker.let_go({CameraId(2)})
        assert stage.log[2:] == ["end 2 rtsp://camera/x"] and stage.conditions.conditions() == {}
        stage.registry.listed.append(watch(3))
        stage.worker.look_again()
        await until(lambda: "start 3 rtsp://camera/x" in stage.log)
        assert stage.log.count("start 2 rtsp://camera/x") == 1


async def test_another_port_of_the_device_leaves_the_video_running_and_is_told() -> None:
    told: list[list[int | None]] = []
    async with Stage(watch(1)) as stage:
        stage.worker._on_wanted = lambda watches: told.append(
            [each.onvif and each.onvif.port for each in watches]
        )
        await until(lambda: len(stage.log) == 1)
        account = OnvifAccount(address="10.0.0.5", port=8000)
        stage.registry.listed = [replace(watch(1), onvif=account)]
        stage.worker.look_again()
        await until(lambda: told[-1:] == [[8000]])
        assert stage.log == ["start 1 rtsp://camera/x"]
