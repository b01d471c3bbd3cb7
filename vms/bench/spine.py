"""`vms bench spine`: what recording and analysis cost, as ratios against the bare parts in the same run.

Real RTSP from simulated cameras in a process of their own; what is compared takes turns, so that a machine that is busy
or hot for a while is so for both. CPU is user and system of all threads. Nothing is asserted here: the report says which
goals were met.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from runtime.clock import Clock, SystemClock
from vms.bench import notification
from vms.bench.children import (
    ffmpeg_program,
    record_with_ffmpeg,
    record_with_ours,
)
from vms.bench.clip import FULL
from vms.bench.errors import BenchFailed
from vms.bench.machine import this_machine
from vms.bench.overhead import compare_analysis
from vms.bench.report import Comparison, SpineReport
from vms.bench.scenes import scene_clip
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

RECORDING_GOAL: Final = 0.7
ANALYSIS_GOAL: Final = 1.25
REPEATS: Final = 3
#: rules fire every few seconds, so that their window is longer
NOTIFICATION_WINDOWS: Final = 6
#: one process of ours records them all, and FFmpeg's program one each: so both are used
RECORDED_CAMERAS: Final = 4
#: seconds before a window: connected, first keyframe seen, first file open
WARM_S: Final = 5.0
_PATH: Final = "bench"


def run(seconds: float, *, tell: Callable[[str], None] = lambda _what: None) -> SpineReport:
    """Measure, with windows of `seconds` each, twelve of them and one of notifications that is six times as long.

    `tell` hears of progress.

    Raises BenchFailed.
    """
    return asyncio.run(_run(seconds, tell))


async def _run(seconds: float, tell: Callable[[str], None]) -> SpineReport:
    clock = SystemClock()
    machine = await this_machine()
    tell("clip")
    clip = await asyncio.to_thread(scene_clip, "busy")
    program = ffmpeg_program()
    async with SimulatorProcess([SimulatedCamera(path=_PATH, clip=clip)]) as simulator:
        url = simulator.urls[_PATH]
        recording = connecting = None
        if program is not None:
            recording, connecting = await _compare_recording(program, url, seconds, clock, tell)
        analysis, inferences = await compare_analysis(
            clip, url, warm_s=WARM_S, window_s=seconds, goal=ANALYSIS_GOAL, repeats=REPEATS, tell=tell
        )
    tell("notification")
    latency = await notification.measure(NOTIFICATION_WINDOWS * seconds, clock=clock)
    return SpineReport(
        machine=machine,
        window_s=seconds,
        clip=str(FULL),
        recording=recording,
        connecting=connecting,
        analysis=analysis,
        inferences_per_frame=inferences,
        notification=latency,
    )


async def _compare_recording(
    program: str, url: str, window_s: float, clock: Clock, tell: Callable[[str], None]
) -> tuple[Comparison, Comparison]:
    steady: tuple[list[float], list[float]] = ([], [])
    starts: tuple[list[float], list[float]] = ([], [])
    for turn in range(REPEATS):
        for which in range(2):
            tell(f"recording {turn + 1}/{REPEATS} {('ours', 'ffmpeg')[which]}")
            if which == 0:
                found = await record_with_ours(url, RECORDED_CAMERAS, warm_s=WARM_S, window_s=window_s)
            else:
                found = await record_with_ffmpeg(
                    program, url, RECORDED_CAMERAS, warm_s=WARM_S, window_s=window_s, clock=clock
                )
            _check_recorded(found["bytes"], window_s)
            rate = found["cpu_s"] / found["wall_s"]
            steady[which].append(100 * rate / RECORDED_CAMERAS)
            # what the warm-up cost beyond recording is what connecting cost
            starts[which].append(1000 * max(0.0, found["warm_cpu_s"] - rate * WARM_S) / RECORDED_CAMERAS)
    bare_is = (
        f"ffmpeg -rtsp_transport tcp -c copy -f segment, a process for each of {RECORDED_CAMERAS} cameras"
    )
    return (
        Comparison.of(*steady, unit="% of a core a camera", bare_is=bare_is, goal=RECORDING_GOAL),
        Comparison.of(*starts, unit="ms of CPU a connection", bare_is=bare_is, goal=None),
    )


def _check_recorded(found: float, window_s: float) -> None:
    """A recorder that records nothing is cheap."""
    expected = FULL.bits_per_s / 8 * window_s * RECORDED_CAMERAS
    if found < 0.9 * expected:
        raise BenchFailed(
            part="recording", reason=f"{found:.0f} bytes were recorded, {expected:.0f} were sent"
        )
