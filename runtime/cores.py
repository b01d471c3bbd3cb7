"""How many cores this process may use: what the scheduler allows and what a container's quota leaves, not what is built in."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")


def usable_cores(*, cgroups: Path = _CGROUPS, own: Path = _OWN) -> int:
    """At least 1. A quota of one and a half cores is two: threads beyond it would wait for it."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quotas = (math.ceil(quota) for quota in _quotas(cgroups, own))
    return max(1, min([allowed, *quotas]))


def _quotas(cgroups: Path, own: Path) -> Iterator[float]:
    """Cores by the quota of every group that this process is in, outermost last; nothing where there is no quota."""
    for line in _text(own).splitlines():
        _, controllers, path = line.split(":", 2)
        if not controllers:  # version 2: one tree for all
            for folder in _upward(cgroups, path):
                quota, _, period = _text(folder / "cpu.max").partition(" ")
                yield from _cores(quota, period)
        elif "cpu" in controllers.split(","):
            for folder in _upward(cgroups / "cpu", path):
                yield from _cores(_text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us"))


def _upward(root: Path, path: str) -> Iterator[Path]:
    """The group's folder and all above it. Inside a container its own group is the root, whatever its path says."""
    folder = root / path.lstrip("/")
    while folder != root and root in folder.parents:
        yield folder
        folder = folder.parent
    yield root


def _cores(quota: str, period: str) -> Iterator[float]:
    try:
        micros, of_micros = int(quota), int(period)
    except ValueError:  # "max", or no such file
        return
    if micros > 0 and of_micros > 0:
        yield micros / of_micros


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
