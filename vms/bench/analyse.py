"""`vms bench analyse`: what it costs to watch a camera, and how much cheaper that is than the naive loop.

Live cameras are real RTSP from simulated ones in a process of their own; CPU is user and system of all threads of the
process that watches. Everything that is compared is measured in one run, in turns where it is short. Nothing is asserted
here: the report says which goals were met, and what could not be measured.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from runtime.clock import Clock, SystemClock
from runtime.cores import usable_cores
from vms.bench import models as models_bench
from vms.bench.analyse_report import (
    OVERHEAD_GOAL,
    QUIET_GOAL_PERCENT,
    AnalyseReport,
    LoopCost,
    Memory,
    NaiveComparison,
    NetworkTime,
    Part,
    SceneCost,
)
from vms.bench.children import run_module
from vms.bench.errors import BenchFailed
from vms.bench.footage import find_footage
from vms.bench.machine import this_machine
from vms.bench.overhead import compare_analysis, number_in
from vms.bench.report import Spread
from vms.bench.scenes import SCENES, WORDS, Scene, format_of, scene_clip
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

#: seconds before a window: connected, warm, and a still scene known to be still
_WARM_S: Final = 25.0
_QUICK_WARM_S: Final = 2.0
#: seconds before a window of the pipeline alone
_OVERHEAD_WARM_S: Final = 5.0
_REPEATS: Final = 3
#: of the networks
_QUICK_TURNS: Final = 2
_NAIVE_IS: Final = (
    "cv2.VideoCapture, every picture through every network that the rules need (same networks, same sizes), same tracker"
    " and rules"
)

Tell = Callable[[str], None]


def run(
    footage: Sequence[Path],
    *,
    cameras: int,
    seconds: float,
    quick: bool = False,
    tell: Tell = lambda _what: None,
) -> AnalyseReport:
    """Measure, with windows of `seconds` each; `tell` hears of progress.

    Raises: FootageUnusable, LabelError, BenchFailed.
    """
    find_footage(footage, quick=quick)  # what cannot be used is said before anything is measured
    return asyncio.run(_Run(footage, cameras=cameras, seconds=seconds, quick=quick, tell=tell).report())


class _Run:
    def __init__(
        self, footage: Sequence[Path], *, cameras: int, seconds: float, quick: bool, tell: Tell
    ) -> None:
        self._footage = footage
        self._cameras = cameras
        self._seconds = seconds
        self._quick = quick
        self._tell = tell
        self._clock: Clock = SystemClock()
        self._repeats = 1 if quick else _REPEATS
        self._warm_s = _QUICK_WARM_S if quick else _WARM_S
        self._notes: list[str] = []

    async def report(self) -> AnalyseReport:
        made_at, machine = self._clock.now(), await this_machine()
        self._tell("clips")
        clips = {scene: await asyncio.to_thread(scene_clip, scene, quick=self._quick) for scene in SCENES}
        simulated = [SimulatedCamera(path=scene, clip=clip) for scene, clip in clips.items()]
        async with SimulatorProcess(simulated) as simulator:
            found = await self._live(simulator.urls)
            memory = await self._memory(simulator.urls["busy"])
            overhead, inferences = await compare_analysis(
                clips["busy"],
                simulator.urls["busy"],
                warm_s=min(self._warm_s, _OVERHEAD_WARM_S),
                window_s=self._seconds,
                goal=OVERHEAD_GOAL,
                repeats=self._repeats,
                tell=self._tell,
            )
        naive = await self._naive()
        networks = await asyncio.to_thread(self._networks)
        if not self._footage:
            self._notes.append(
                "No footage was given: the shipped synthetic clips were used, which say nothing of real people."
            )
        return AnalyseReport(
            made_at=made_at,
            machine=machine,
            quick=self._quick,
            window_s=self._seconds,
            video=str(format_of(quick=self._quick)),
            scenes=tuple(self._scene(scene, found[scene]) for scene in SCENES),
            overhead=overhead,
            inferences_per_frame=inferences,
            memory=memory,
            naive=naive,
            networks=networks,
            notes=tuple(self._notes),
        )

    async def _live(self, urls: Mapping[str, str]) -> dict[Scene, list[dict[str, object]]]:
        """The figures of every turn of every scene."""
        found: dict[Scene, list[dict[str, object]]] = {scene: [] for scene in SCENES}
        for turn in range(self._repeats):
            for scene in SCENES:
                self._tell(f"{scene} {turn + 1}/{self._repeats}")
                found[scene].append(await self._watch(urls[scene], self._cameras))
        return found

    async def _watch(self, url: str, count: int) -> dict[str, object]:
        with TemporaryDirectory(prefix="vms-bench-") as folder:
            found = await run_module(
                "vms.bench.live_cameras", url, count, folder, self._warm_s, self._seconds
            )
        sent = format_of(quick=self._quick).bits_per_s / 8 * self._seconds * count
        recorded = number_in(found, "recorded_bytes")
        if recorded < 0.9 * sent:
            raise BenchFailed(
                part="recording", reason=f"{recorded:.0f} bytes were recorded, {sent:.0f} were sent"
            )
        return found

    def _scene(self, scene: Scene, turns: Sequence[dict[str, object]]) -> SceneCost:
        rates = [number_in(turn, "wall_s") * self._cameras for turn in turns]
        causes = [name for name in turns[0] if name.startswith("skipped_")]
        return SceneCost(
            scene=scene,
            words=WORDS[scene],
            cameras=self._cameras,
            cpu_percent=Spread.of(
                [100 * number_in(turn, "cpu_s") / rate for turn, rate in zip(turns, rates, strict=True)], 2
            ),
            fps=Spread.of(
                [number_in(turn, "frames") / rate for turn, rate in zip(turns, rates, strict=True)], 2
            ),
            frames=_total(turns, "frames"),
            wakings=_total(turns, "wakings"),
            skipped={cause.removeprefix("skipped_"): _total(turns, cause) for cause in causes},
            goal_percent=QUIET_GOAL_PERCENT if scene == "quiet" else None,
        )

    async def _memory(self, url: str) -> Memory | None:
        few = usable_cores()
        self._tell("memory")
        found = [
            number_in(await self._watch(url, count), "resident_bytes") for count in (few, few + self._cameras)
        ]
        if not found[0]:
            self._notes.append("Memory of a camera was not measured: this system has no /proc.")
            return None
        return Memory.of(few=few, more=self._cameras, few_bytes=found[0], all_bytes=found[1])

    async def _naive(self) -> NaiveComparison:
        quick = "quick" if self._quick else "whole"
        found = {}
        for loop in ("house", "naive"):
            self._tell(f"whole set, {loop}")
            found[loop] = await run_module("vms.bench.whole_set", loop, quick, *self._footage)
        return NaiveComparison(
            naive_is=_NAIVE_IS,
            parts=tuple(
                Part(name=name, house=_loop(found["house"][name]), naive=_loop(found["naive"][name]))
                for name in found["house"]
            ),
        )

    def _networks(self) -> tuple[NetworkTime, ...]:
        turns = _QUICK_TURNS if self._quick else models_bench.TURNS
        networks = models_bench.run(turns=turns, tell=self._tell).against_originals
        if not networks:
            self._notes.append(
                "No network is shipped that was made from another: none is compared with its original."
            )
        return networks


def _loop(found: Any) -> LoopCost:
    return LoopCost(**found)


def _total(turns: Sequence[dict[str, object]], name: str) -> int:
    return round(sum(number_in(turn, name) for turn in turns))
