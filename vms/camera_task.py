"""One camera at work: its streams read, recorded and analysed, side by side, for as long as it is watched.

A bug in any part ends the whole camera, loudly; its neighbours do not notice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from pathlib import Path

from detectors.analyser import Analyser, AnalysisStats, OnEvent
from detectors.models import Models
from detectors.pipeline import ChannelPipeline
from detectors.settings import DetectorSettings
from runtime.clock import Clock
from streams.camera import CameraId, ProfileName, StreamProfile
from streams.health import StreamHealth
from streams.ingest import Ingest
from streams.recorder import Recorder, RecorderStats, SegmentStore
from streams.settings import IngestSettings, RecordingSettings
from vms.registry import Watch

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
        recordings: Path,
        segments: SegmentStore,
        max_lag_s: float,
        on_event: OnEvent,
        on_health: OnHealth,
        clock: Clock,
        executor: Executor,
    ) -> None:
        self._camera_id = watch.camera.id
        self._on_health = on_health
        self._ingests: dict[ProfileName, Ingest] = {}
        self._recorders: dict[ProfileName, Recorder] = {}
        self._analysers: list[Analyser] = []
        for profile in watch.camera.profiles:
            ingest = self._ingests[profile.name] = self._ingest(profile, ingest_settings, clock)
            if profile.recorded:
                self._recorders[profile.name] = Recorder(
                    camera_id=watch.camera.id,
                    profile=profile.name,
                    fanout=ingest.fanout,
                    store=segments,
                    folder=recordings,
                    clock=clock,
                    settings=recording_settings,
                )
            pipeline = ChannelPipeline(
                camera_id=watch.camera.id,
                zones=watch.zones,
                rules=watch.rules,
                models=models,
                settings=detector_settings,
            )
            if profile.analysed and pipeline.wanted_fps > 0:
                self._analysers.append(
                    Analyser(
                        camera_id=watch.camera.id,
                        fanout=ingest.fanout,
                        pipeline=pipeline,
                        zones=watch.zones,
                        on_event=on_event,
                        clock=clock,
                        executor=executor,
                        max_lag_s=max_lag_s,
                    )
                )

    def _ingest(self, profile: StreamProfile, settings: IngestSettings, clock: Clock) -> Ingest:
        def told(health: StreamHealth) -> None:
            self._on_health(self._camera_id, profile.name, health)

        return Ingest(profile, camera_id=self._camera_id, clock=clock, settings=settings, on_health=told)

    async def run(self) -> None:
        """Until cancelled."""
        parts: list[Awaitable[None]] = [
            part.run() for part in (*self._recorders.values(), *self._analysers, *self._ingests.values())
        ]
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part)  # type: ignore[arg-type]

    @property
    def health(self) -> dict[ProfileName, StreamHealth]:
        return {name: ingest.health for name, ingest in self._ingests.items()}

    @property
    def recorder_stats(self) -> dict[ProfileName, RecorderStats]:
        return {name: recorder.stats for name, recorder in self._recorders.items()}

    @property
    def analysis_stats(self) -> AnalysisStats:
        """Of the one profile that is analysed; zeros where none is."""
        return self._analysers[0].stats if self._analysers else AnalysisStats()
