"""Figures for Prometheus, read from the parts at the moment they are asked for. The one door to prometheus_client."""

from collections.abc import Callable, Iterator, Mapping
from typing import get_args

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from alerts.capture import CaptureStats
from detectors.analyser import AnalysisStats
from streams.condition import ConditionState
from streams.health import StreamHealth
from streams.onvif.topics import DeviceEventKind
from streams.recorder import Recorder
from vms.cluster.keeper import Keeper
from vms.devices.event_watch import EventWatch
from vms.health.condition_log import ConditionLog
from vms.rooms.hub import Hub


class Metrics(Collector):
    def __init__(
        self,
        *,
        streams: Callable[[], Mapping[tuple[int, str], StreamHealth]],
        analyses: Callable[[], Mapping[int, AnalysisStats]],
        recorders: Callable[[], Mapping[tuple[int, str], Recorder]],
        conditions: ConditionLog,
        devices: EventWatch,
        capture: CaptureStats,
        hub: Hub,
        keeper: Keeper,
        cpu_seconds: Callable[[], float],
    ) -> None:
        self._streams = streams
        self._analyses = analyses
        self._recorders = recorders
        self._conditions = conditions
        self._devices = devices
        self._capture = capture
        self._hub = hub
        self._keeper = keeper
        self._cpu_seconds = cpu_seconds
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        yield from self._stream_figures()
        yield from self._condition_figures()
        yield from self._device_figures()
        yield from self._analysis_figures()
        yield from self._recorder_figures()
        events = CounterMetricFamily("vms_events", "Events by what became of them", labels=["outcome"])
        for outcome in ("stored", "journalled", "refused", "lost"):
            events.add_metric([outcome], getattr(self._capture, outcome))
        yield events
        yield GaugeMetricFamily(
            "vms_worker_cameras", "Cameras that this worker has", value=len(self._keeper.owned)
        )
        lost = CounterMetricFamily(
            "vms_leases_lost", "Times that all cameras were let go of, and why", labels=["cause"]
        )
        lost.add_metric(["ran_out"], self._keeper.ran_out)
        lost.add_metric(["replaced"], self._keeper.replaced)
        yield lost
        yield GaugeMetricFamily("vms_room_sessions", "Connected walls", value=self._hub.connections())
        yield CounterMetricFamily(
            "vms_cpu_seconds", "CPU seconds of this process, user and system", value=self._cpu_seconds()
        )

    def _stream_figures(self) -> Iterator[Metric]:
        labels = ["camera", "profile"]
        live = GaugeMetricFamily("vms_stream_live", "1 while packets arrive", labels=labels)
        packets = CounterMetricFamily("vms_stream_packets", "Packets received", labels=labels)
        size = CounterMetricFamily("vms_stream_bytes", "Bytes received", labels=labels)
        for (camera, profile), health in self._streams().items():
            names = [str(camera), profile]
            live.add_metric(names, float(health.state == "live"))
            packets.add_metric(names, health.packets)
            size.add_metric(names, health.bytes)
        yield from (live, packets, size)

    def _condition_figures(self) -> Iterator[Metric]:
        streams = GaugeMetricFamily(
            "vms_streams", "Streams by the condition that they are in", labels=["state"]
        )
        cameras = GaugeMetricFamily("vms_cameras", "Cameras by their worst stream", labels=["state"])
        for family, counts in (
            (streams, self._conditions.stream_counts()),
            (cameras, self._conditions.camera_counts()),
        ):
            for state in get_args(ConditionState):
                family.add_metric([state], counts.get(state, 0))
            yield family
        yield GaugeMetricFamily(
            "vms_condition_changes_waiting", "Changes not written yet", value=self._conditions.waiting
        )
        yield CounterMetricFamily(
            "vms_condition_changes_dropped",
            "Changes lost because the database was away",
            value=self._conditions.dropped,
        )

    def _device_figures(self) -> Iterator[Metric]:
        subscriptions = GaugeMetricFamily(
            "vms_device_subscriptions", "ONVIF devices by how it stands with their events", labels=["state"]
        )
        for state, count in self._devices.subscriptions().items():
            subscriptions.add_metric([state], count)
        yield subscriptions
        changes = CounterMetricFamily(
            "vms_device_changes", "What devices said of themselves began or ended, by kind", labels=["kind"]
        )
        for kind in get_args(DeviceEventKind):
            changes.add_metric([kind], self._devices.changes[kind])
        yield changes
        stats = self._devices.stats()
        notices = CounterMetricFamily(
            "vms_device_notices", "Notices of devices: understood, or not looked at", labels=["outcome"]
        )
        notices.add_metric(["understood"], stats.events)
        notices.add_metric(["ignored"], stats.ignored)
        yield notices
        yield CounterMetricFamily(
            "vms_device_failures", "Subscriptions to devices that failed", value=stats.failures
        )

    def _analysis_figures(self) -> Iterator[Metric]:
        frames = CounterMetricFamily("vms_frames_analysed", "Frames analysed", labels=["camera"])
        skipped = CounterMetricFamily(
            "vms_frames_skipped",
            "Frames not analysed (asleep and queue: packets), by cause",
            labels=["camera", "cause"],
        )
        runs = CounterMetricFamily("vms_inferences", "Runs of a model", labels=["camera"])
        wakings = CounterMetricFamily("vms_wakings", "How often a still scene woke", labels=["camera"])
        for camera, stats in self._analyses().items():
            frames.add_metric([str(camera)], stats.frames)
            runs.add_metric([str(camera)], stats.inferences)
            for cause, count in stats.skipped.items():
                skipped.add_metric([str(camera), cause], count)
            wakings.add_metric([str(camera)], stats.schedule.wakings)
        yield from (frames, skipped, runs, wakings)

    def _recorder_figures(self) -> Iterator[Metric]:
        labels = ["camera", "profile"]
        segments = CounterMetricFamily("vms_segments", "Segments finished", labels=labels)
        failures = CounterMetricFamily("vms_recording_failures", "Writes that failed", labels=labels)
        for (camera, profile), recorder in self._recorders().items():
            names = [str(camera), profile]
            segments.add_metric(names, recorder.segments)
            failures.add_metric(names, recorder.failures)
        yield from (segments, failures)
