"""What a run was measured on, so that its figures can be read: processor, cores, load, and the versions of what does the work."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from runtime.cores import usable_cores
from vms.bench.children import ffmpeg_program, ffmpeg_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    cpu: str
    #: that this process may use
    cores: int
    #: of one minute, when the run began: a machine with other work gives worse figures
    load: float
    python: str
    ffmpeg: str
    onnxruntime: str = ""


async def this_machine() -> Machine:
    """As it is now: ask before the measuring begins, or the load is the benchmark's own."""
    load = os.getloadavg()[0]
    program = ffmpeg_program()
    return Machine(
        cpu=_cpu_name(),
        cores=usable_cores(),
        load=round(load, 2),
        python=platform.python_version(),
        ffmpeg=await ffmpeg_version(program) if program is not None else "",
        onnxruntime=version("onnxruntime"),
    )


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )
