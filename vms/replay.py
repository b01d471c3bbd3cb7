"""Files through the same pipeline as cameras: every sampled frame is analysed, none is dropped, no clock is waited for."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from detectors.event import Event, EventKind, ZoneId
from detectors.kept_frames import KeptFrames
from detectors.models import Models
from detectors.overlay import Overlay
from detectors.pipeline import ChannelPipeline
from detectors.schedule import ScheduleStats, frames_as_live
from detectors.settings import DetectorSettings
from detectors.strip import strip_of
from detectors.zones import Zone
from runtime.clock import Clock, SystemClock, cpu_seconds
from streams.camera import CameraId
from streams.duration import declared_duration_s
from streams.frame import Frame
from streams.video_writer import VideoWriter
from vms.cameras.draft import GroundDraft
from vms.errors import StripUnwritable, ZoneTextInvalid

#: a file belongs to no camera
_NO_CAMERA = CameraId(0)
#: pixels of a drawn video
_WIDEST = 1280


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    events: tuple[Event, ...]
    frames_analysed: int
    #: media seconds that were covered
    media_s: float
    #: as the file declares; None where it does not
    declared_s: float | None = None

    @property
    def cut_short(self) -> bool:
        """Whether the file ended long before it says it does: a copy that broke off, or damage."""
        return self.declared_s is not None and self.declared_s - self.media_s > max(
            1.0, 0.1 * self.declared_s
        )


def parse_corners(text: str) -> tuple[tuple[float, float], ...]:
    """Corners from 'x,y x,y x,y'. Raises: ZoneTextInvalid."""
    try:
        corners = [tuple(float(part) for part in corner.split(",")) for corner in text.split()]
    except ValueError as error:
        raise ZoneTextInvalid(text=text) from error
    if any(len(corner) != 2 for corner in corners):
        raise ZoneTextInvalid(text=text)
    return tuple((corner[0], corner[1]) for corner in corners)


def parse_zone(text: str, crowd_limit: int, ground: GroundDraft | None = None) -> tuple[Zone, ...]:
    """One zone from its corners. Raises: ZoneTextInvalid, and the errors of a zone."""
    zone = Zone.parse(
        id=ZoneId(0),
        name="zone",
        polygon=parse_corners(text),
        rules=["crowd"],
        crowd_limit=crowd_limit,
        ground=asdict(ground) if ground else None,
    )
    return (zone,)


class Replay:
    """One run over several files; each starts with nothing remembered."""

    def __init__(
        self,
        *,
        models: Models,
        settings: DetectorSettings,
        rules: frozenset[EventKind],
        zones: Sequence[Zone],
        clock: Clock | None = None,
        as_live: bool = False,
    ) -> None:
        """`as_live`: sleep and wake as with a live camera; else every frame that the rules want is analysed."""
        self._as_live = as_live
        self._schedule = ScheduleStats()
        self._models = models
        self._settings = settings
        self._rules = rules
        self._zones = zones
        self._clock = clock or SystemClock()
        self._reports: list[FileReport] = []
        self._wall_s = 0.0
        self._cpu_s = 0.0

    def file(
        self,
        path: Path,
        *,
        on_event: Callable[[Event], None] = lambda _event: None,
        on_progress: Callable[[float, float | None], None] = lambda _at_s, _of_s: None,
        draw: Path | None = None,
        strips: Path | None = None,
    ) -> FileReport:
        """`draw`: where each analysed picture is written to, with what was seen on it; `strips`: a folder, for those of events.

        Raises: StreamError, if the file cannot be read as video; VideoUnwritable, StripUnwritable.
        """
        wall, cpu = self._clock.monotonic(), cpu_seconds()
        pipeline = ChannelPipeline(
            camera_id=_NO_CAMERA,
            zones=self._zones,
            rules=self._rules,
            models=self._models,
            settings=self._settings,
        )
        total_s = declared_duration_s(str(path))
        events: list[Event] = []
        kept = KeptFrames()
        frames, media_s = 0, 0.0
        with VideoWriter(draw) if draw else nullcontext() as video:
            overlay = Overlay(widest=_WIDEST)
            for frame in self._frames(path, pipeline):
                analysis = pipeline.analyse(frame)
                frames, media_s = frames + 1, frame.pts_s
                for event in analysis.events:
                    events.append(event)
                    on_event(event)
                if strips is not None:
                    kept.note(frame, analysis.scene, always=bool(analysis.events))
                    for event in analysis.events:
                        _write_strip(strips, path, event, kept)
                if video is not None:
                    video.write(overlay.draw(frame, analysis.scene, analysis.events), media_s)
                on_progress(media_s, total_s)
        report = FileReport(
            events=tuple(events),
            frames_analysed=frames,
            media_s=media_s,
            # A sleeper gives no frames at the end of a file that is still.
            declared_s=None if self._as_live else total_s,
        )
        self._reports.append(report)
        self._wall_s += self._clock.monotonic() - wall
        self._cpu_s += cpu_seconds() - cpu
        return report

    def _frames(self, path: Path, pipeline: ChannelPipeline) -> Iterator[Frame]:
        schedule = self._settings.schedule
        if not self._as_live:
            schedule = schedule.model_copy(update={"sleep": False})
        return frames_as_live(str(path), _NO_CAMERA, pipeline, schedule, self._schedule)

    def summary(self) -> dict[str, float]:
        frames = sum(report.frames_analysed for report in self._reports)
        media_s = sum(report.media_s for report in self._reports)
        return {
            "files": len(self._reports),
            "events": sum(len(report.events) for report in self._reports),
            "frames_analysed": frames,
            "cpu_ms_per_analysed_frame": round(1000 * self._cpu_s / frames, 2) if frames else 0.0,
            "realtime_factor": round(media_s / self._wall_s, 2) if self._wall_s else 0.0,
            "skipped_asleep": self._schedule.asleep,
            "skipped_corrupt": self._schedule.corrupt,
            "wakings": self._schedule.wakings,
        }


def _write_strip(folder: Path, video: Path, event: Event, kept: KeptFrames) -> None:
    """Named for the video, the kind, the media time and, of a person, the track. Raises: StripUnwritable."""
    jpeg = strip_of(event, kept)
    if jpeg is None:
        return
    subject = "" if event.track is None else f"_{event.track}"
    path = folder / f"{video.stem}_{event.kind}_{event.media_time_s:.1f}s{subject}.jpg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg)
    except OSError as error:
        raise StripUnwritable(path=path, reason=error.strerror or str(error)) from error
