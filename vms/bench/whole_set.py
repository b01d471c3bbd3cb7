"""All the footage through the house's loop, or through the naive one, in a process of its own that measures itself.

`python -m vms.bench.whole_set house|naive QUICK [FILE …]` prints one line of JSON: for each part CPU and media seconds,
pictures looked at, runs of a network, and what the rules found, missed and said wrongly.

What is measured is reading, decoding, looking and ruling. What both would do alike with an event is not in it.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from detectors.evaluation import ClipScore, score_clip
from detectors.event import Event
from detectors.models import Models, load_models
from detectors.occupancy import OccupancyMeter
from detectors.pipeline import ChannelPipeline
from detectors.schedule import ScheduleStats, frames_as_live
from detectors.settings import DetectorSettings
from runtime.clock import cpu_seconds
from streams.camera import CameraId
from streams.sampler import frames_of_file
from vms.bench.footage import Footage, find_footage
from vms.bench.live_cameras import whole_picture
from vms.bench.naive import every_picture, pictures_of
from vms.places import models_folder

Loop = Literal["house", "naive"]


@dataclass(slots=True)
class _Part:
    cpu_s: float = 0.0
    frames: int = 0
    inferences: int = 0
    scores: list[ClipScore] = field(default_factory=list)
    judged: bool = False

    def as_json(self) -> dict[str, object]:
        answers = [answer for score in self.scores for answer in score.answers]
        errors = [abs(counted.error) for score in self.scores for counted in score.counted]
        return {
            "media_s": round(sum(score.media_s for score in self.scores), 2),
            "cpu_s": self.cpu_s,
            "frames": self.frames,
            "inferences": self.inferences,
            "labelled": len(answers),
            "found": sum(answer.event is not None for answer in answers),
            "false_alarms": sum(len(score.false_alarms) for score in self.scores) if self.judged else None,
            "count_mae": round(sum(errors) / len(errors), 3) if errors else None,
        }


def measure(loop: Loop, footage: Sequence[Footage], models: Models) -> dict[str, dict[str, object]]:
    """By part, in the order in which they first come. Raises: StreamError, FootageUnusable."""
    parts: dict[str, _Part] = defaultdict(_Part)
    for each in footage:
        part = parts[each.part]
        part.judged = part.judged or each.judged
        part.scores.append(_run(loop, each, models, part))
    return {name: part.as_json() for name, part in parts.items()}


def _run(loop: Loop, footage: Footage, models: Models, part: _Part) -> ClipScore:
    zone, settings = whole_picture(), DetectorSettings()
    if loop == "naive":
        settings = every_picture(settings)
    pipeline = ChannelPipeline(
        camera_id=CameraId(0),
        zones=[zone] if "crowd" in footage.rules else [],
        rules=footage.rules,
        models=models,
        settings=settings,
    )
    meter = OccupancyMeter(zone, settings.crowd)
    events: list[Event] = []
    counts: list[tuple[float, float]] = []
    last_s = 0.0
    schedule = ScheduleStats()
    cpu = cpu_seconds()
    if loop == "naive":
        frames = pictures_of(footage.clip.path)
    else:
        frames = frames_as_live(str(footage.clip.path), CameraId(0), pipeline, settings.schedule, schedule)
    for frame in frames:
        analysis = pipeline.analyse(frame)
        part.frames += 1
        part.inferences += analysis.inferences
        events += analysis.events
        occupancy = meter.observe(analysis.scene)
        if occupancy is not None:
            counts.append((frame.pts_s, occupancy.count))
        last_s = frame.pts_s
    part.cpu_s += cpu_seconds() - cpu
    part.inferences += schedule.looks
    return score_clip(footage.clip, media_s=last_s, events=events, counts=counts)


def _warm(models: Models) -> None:
    """A network's first run costs what no other does."""
    zone = whole_picture()
    pipeline = ChannelPipeline(
        camera_id=CameraId(0),
        zones=[zone],
        rules=frozenset({"fall", "crowd"}),
        models=models,
        settings=DetectorSettings(),
    )
    clip = find_footage((), quick=True)[0].clip.path
    for number, frame in enumerate(frames_of_file(str(clip), CameraId(0), pipeline.wanted_fps)):
        pipeline.analyse(frame)
        if number > 10:
            return


if __name__ == "__main__":
    which, quick, *files = sys.argv[1:]
    loaded = load_models(models_folder())
    _warm(loaded)
    wanted = find_footage([Path(file) for file in files], quick=quick == "quick")
    print(json.dumps(measure("naive" if which == "naive" else "house", wanted, loaded)))
