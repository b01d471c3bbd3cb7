"""One camera at work: its streams read, recorded and analysed, side by side, for as long as it is watched.

A bug in any part ends the whole camera, loudly; its neighbours do not notice.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import partial

import structlog

from detectors.analyser import Analyser, AnalysisStats, OnEvent
from detectors.budget import Budget
from detectors.models import Models
from detectors.pipeline import ChannelPipeline
from detectors.settings import DetectorSettings
from runtime.clock import Clock
from streams.camera import Camera, CameraId, ProfileName, StreamProfile
from streams.condition import Condition, OnCondition
from streams.condition_settings import ConditionSettings
from streams.errors import RecordingFailed
from streams.health import StreamHealth
from streams.ingest import Ingest
from streams.looker import Looker
from streams.recorder import Recorder, SegmentStore
from streams.segment import VolumeId
from streams.settings import IngestSettings, RecordingSettings
from streams.view_files import ViewFiles
from streams.watcher import Watcher
from vms.cameras.watch import Watch

log = structlog.get_logger(__name__)

OnHealth = Callable[[CameraId, ProfileName, StreamHealth], None]


class CameraTask:
    def __init__(
        self,
        watch: Watch,
        *,
        models: Models,
        detector_settings: DetectorSettings,
        ingest_settings: IngestSettings,
        recording_settings: RecordingSettings,
        condition_settings: ConditionSettings,
        views: ViewFiles,
        segments: SegmentStore,
        volume_id: VolumeId,
        budget: Budget,
        max_lag_s: float,
        on_event: OnEvent,
        on_health: OnHealth,
        on_condition: OnCondition,
        clock: Clock,
        executor: Executor,
        time_zone: tzinfo = UTC,
    ) -> None:
        """`time_zone`: of the place; hours of rules are meant in it."""
        self._camera_id = watch.camera.id
        self._on_health = on_health
        self._on_condition = on_condition
        self._clock = clock
        self._told: dict[ProfileName, Condition] = {}
        self._ingests: dict[ProfileName, Ingest] = {}
        self._recorders: dict[ProfileName, Recorder] = {}
        self._watchers: dict[ProfileName, Watcher] = {}
        looker = Looker(watch.camera.id, files=views, adapt_s=condition_settings.adapt_s, mask=watch.mask)
        for profile in watch.camera.profiles:
            if not (profile.recorded or profile.analysed):
                continue  # nobody reads it
            ingest = self._ingests[profile.name] = self._ingest(profile, ingest_settings, clock)
            self._watchers[profile.name] = Watcher(
                ingest,
                settings=condition_settings,
                clock=clock,
                executor=executor,
                looker=looker if profile is _looked_at(watch.camera) else None,
                seen_before=looker.seen_before,
                on_condition=self._seen,
            )
            if profile.recorded:
                self._recorders[profile.name] = Recorder(
                    ingest.fanout,
                    camera_id=watch.camera.id,
                    profile=profile.name,
                    settings=recording_settings,
                    volume_id=volume_id,
                    store=segments,
                    clock=clock,
                    on_failure=partial(self._recording_failed, profile.name),
                    on_recovered=partial(self._tell, profile.name),
                )

        def analyser_of(watch: Watch) -> Analyser | None:
            """None where no rule has anything to do."""
            pipeline = ChannelPipeline(
                camera_id=watch.camera.id,
                zones=watch.zones,
                rules=watch.rules.union(*(zone.rules for zone in watch.zones)),
                models=models,
                settings=detector_settings,
                hours=watch.hours,
                time_zone=time_zone,
            )
            analysed = next((profile.name for profile in watch.camera.profiles if profile.analysed), None)
            if analysed is None or pipeline.wanted_fps <= 0:
                return None
            return Analyser(
                camera_id=watch.camera.id,
                fanout=self._ingests[analysed].fanout,
                pipeline=pipeline,
                zones=watch.zones,
                on_event=on_event,
                clock=clock,
                executor=executor,
                budget=budget,
                schedule=detector_settings.schedule,
                max_lag_s=max_lag_s,
                mask=watch.mask,
            )

        self._analyser_of = analyser_of
        self._analyser = analyser_of(watch)
        self._rewatched = asyncio.Event()

    def _ingest(self, profile: StreamProfile, settings: IngestSettings, clock: Clock) -> Ingest:
        def told(health: StreamHealth) -> None:
            self._on_health(self._camera_id, profile.name, health)

        return Ingest(profile, self._camera_id, clock, settings=settings, on_health=told)

    def _recording_failed(self, profile: ProfileName, error: RecordingFailed) -> None:
        log.error("recording failed", camera=self._camera_id, error=str(error))
        self._tell(profile)

    def _seen(self, _camera_id: CameraId, profile: ProfileName, _condition: Condition) -> None:
        self._tell(profile)

    def _tell(self, profile: ProfileName) -> None:
        """What a stream is in, once for each change: what is seen of it, and whether it can be recorded."""
        condition = self.conditions.get(profile)
        told = self._told.get(profile)
        if condition is not None and (told is None or _differ(told, condition)):
            if told is not None and condition.since < told.since:
                condition = replace(
                    condition, since=self._clock.now()
                )  # recorded again: as seen before, from now on
            self._told[profile] = condition
            self._on_condition(self._camera_id, profile, condition)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            # Subscribers first, so that they miss nothing of the first run.
            for recorder in self._recorders.values():
                group.create_task(recorder.run())
            group.create_task(self._analyse())
            for watcher in self._watchers.values():
                group.create_task(watcher.run())
            for ingest in self._ingests.values():
                group.create_task(ingest.run())

    def rewatch(self, watch: Watch) -> None:
        """Analyse it by other rules, zones and hours from now on; what is read and recorded goes on undisturbed."""
        self._analyser = self._analyser_of(watch)
        self._rewatched.set()

    async def _analyse(self) -> None:
        while True:
            self._rewatched.clear()
            async with asyncio.TaskGroup() as group:
                running = group.create_task(self._analyser.run()) if self._analyser else None
                await self._rewatched.wait()
                if running is not None:
                    running.cancel()

    @property
    def health(self) -> dict[ProfileName, StreamHealth]:
        return {name: ingest.health for name, ingest in self._ingests.items()}

    @property
    def conditions(self) -> dict[ProfileName, Condition]:
        """Of the profiles of which something is known."""
        seen = {name: watcher.condition for name, watcher in self._watchers.items()}
        return {
            name: self._with_recording(name, condition)
            for name, condition in seen.items()
            if condition is not None
        }

    def _with_recording(self, profile: ProfileName, condition: Condition) -> Condition:
        """What is seen and cannot be recorded is in a condition of its own."""
        recorder = self._recorders.get(profile)
        if recorder is None or recorder.error is None or not condition.can_be_seen:
            return condition
        told = self._told.get(profile)
        since = told.since if told is not None and told.state == "unrecorded" else self._clock.now()
        return Condition(state="unrecorded", since=since, causes=("disk",), error=recorder.error)

    def note_clock_offset(self, offset_s: float | None) -> None:
        """By how many seconds the camera's clock is ahead of ours; None where that is not known any more."""
        for watcher in self._watchers.values():
            watcher.note_clock_offset(offset_s)
        for recorder in self._recorders.values():
            recorder.note_clock_offset(offset_s)

    @property
    def recorders(self) -> dict[ProfileName, Recorder]:
        return self._recorders

    @property
    def analysis_stats(self) -> AnalysisStats:
        """Of the one profile that is analysed; zeros where none is."""
        return self._analyser.stats if self._analyser else AnalysisStats()


def _differ(one: Condition, other: Condition) -> bool:
    return (one.state, one.causes) != (other.state, other.causes)


def _looked_at(camera: Camera) -> StreamProfile | None:
    """The profile whose pictures are judged: one look tells for all, for they show the same; the smallest costs least."""
    read = [profile for profile in camera.profiles if profile.recorded or profile.analysed]
    return next((profile for profile in read if profile.analysed), read[-1] if read else None)
