"""One camera analysed as the house does it, in a process of its own that measures itself.

`python -m vms.bench.analysis URL WARM_S WINDOW_S` prints one line of JSON: CPU and wall seconds of the window, the frames
that were analysed in it, and which networks were run for them at which sizes.
"""

import asyncio
import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import uvloop

from detectors.analyser import Analyser
from detectors.budget import Budget
from detectors.decoding import FORMS, Answer, Decoding
from detectors.event import Event, Pictures
from detectors.feeding import Picture
from detectors.manifest import find_manifest
from detectors.models import Models
from detectors.onnx_session import OnnxSession
from detectors.person import PersonModel
from detectors.pipeline import ChannelPipeline
from detectors.pose import PoseModel
from detectors.settings import DetectorSettings
from detectors.zones import Zone, ZoneId
from runtime.clock import SystemClock, cpu_seconds
from runtime.cores import usable_cores
from streams.camera import CameraId, StreamProfile
from streams.ingest import Ingest
from vms.demo.cameras import CAMERAS
from vms.places import models_folder

#: decoding, height and width of one run of a network
Run = tuple[Decoding, int, int]


class CountedSession(OnnxSession):
    """Counts its runs, by size: the bare parts are then run as often, at the same sizes."""

    def __init__(self, decoding: Decoding, runs: Counter[Run]) -> None:
        super().__init__(
            folder=models_folder(), manifest=find_manifest(models_folder(), FORMS[decoding].task)
        )
        self._decoding: Decoding = decoding
        self._runs = runs
        self._lock = threading.Lock()

    def run(self, picture: Picture) -> Answer:
        with self._lock:
            self._runs[(self._decoding, picture.shape[0], picture.shape[1])] += 1
        return super().run(picture)


async def measure(url: str, *, warm_s: float, window_s: float) -> dict[str, object]:
    clock = SystemClock()
    runs: Counter[Run] = Counter()
    models = Models(
        pose=PoseModel(CountedSession("movenet", runs)), person=PersonModel(CountedSession("nanodet", runs))
    )
    zones = _zones()
    ingest = Ingest(StreamProfile(name="main", url=url), CameraId(1), clock)
    with ThreadPoolExecutor(usable_cores()) as executor:
        analyser = Analyser(
            camera_id=CameraId(1),
            fanout=ingest.fanout,
            pipeline=ChannelPipeline(
                camera_id=CameraId(1),
                zones=zones,
                rules=frozenset({"fall", "crowd"}),
                models=models,
                settings=DetectorSettings(),
            ),
            zones=zones,
            on_event=_ignore,
            clock=clock,
            executor=executor,
            budget=Budget(threads=usable_cores(), share=1.0, at_least_every_s=1.0, clock=clock),
            schedule=DetectorSettings().schedule,
            max_lag_s=2.0,
        )
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(part.run()) for part in (analyser, ingest)]
            await clock.sleep(warm_s)
            runs.clear()
            frames, dropped = analyser.stats.frames, analyser.stats.late
            cpu, wall = cpu_seconds(), clock.monotonic()
            await clock.sleep(window_s)
            figures: dict[str, object] = {
                "cpu_s": cpu_seconds() - cpu,
                "wall_s": clock.monotonic() - wall,
                "frames": analyser.stats.frames - frames,
                "dropped": analyser.stats.late - dropped,
                "runs": [[*run, count] for run, count in runs.items()],
            }
            for task in tasks:
                task.cancel()
    return figures


def _zones() -> tuple[Zone, ...]:
    """Those of the camera whose footage the clip shows."""
    square = next(camera for camera in CAMERAS if camera.path == "renmin-square")
    return tuple(
        Zone.parse(
            id=ZoneId(number),
            name=zone.name_en,
            polygon=zone.polygon,
            rules=zone.rules,
            crowd_limit=zone.occupancy_limit,
        )
        for number, zone in enumerate(square.zones, 1)
    )


async def _ignore(_event: Event, _pictures: Pictures) -> None:
    return


if __name__ == "__main__":
    address, warm, window = sys.argv[1:]
    print(json.dumps(uvloop.run(measure(address, warm_s=float(warm), window_s=float(window)))))
