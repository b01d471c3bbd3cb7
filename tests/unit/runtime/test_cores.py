"""Cores that a process may use, from made-up groups of a container."""

import os
from pathlib import Path

import pytest

from runtime.cores import usable_cores


@pytest.fixture(autouse=True)
def sixteen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(16)))


def cores(tmp_path: Path, own: str, files: dict[str, str]) -> int:
    for name, text in files.items():
        path = tmp_path / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    (tmp_path / "own").write_text(own + "\n")
    return usable_cores(cgroups=tmp_path / "cgroup", own=tmp_path / "own")


@pytest.mark.parametrize(
    ("own", "files", "expected"),
    [
        ("0::/", {}, 16),
        ("0::/", {"cpu.max": "max 100000"}, 16),
        ("0::/", {"cpu.max": "200000 100000"}, 2),
        ("0::/", {"cpu.max": "150000 100000"}, 2),
        ("0::/", {"cpu.max": "5000 100000"}, 1),
        ("0::/", {"cpu.max": "6400000 100000"}, 16),
        ("0::/", {"cpu.max": "nonsense"}, 16),
        # the nearest quota need not be the smallest
        ("0::/a/b", {"a/b/cpu.max": "800000 100000", "a/cpu.max": "300000 100000"}, 3),
        # a path of the host, seen from inside a container
        ("0::/../../docker/x", {"cpu.max": "400000 100000"}, 4),
        # version 1
        (
            "4:cpu,cpuacct:/x\n3:memory:/x",
            {"cpu/x/cpu.cfs_quota_us": "250000", "cpu/x/cpu.cfs_period_us": "100000"},
            3,
        ),
        ("4:cpu,cpuacct:/", {"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, 16),
    ],
)
def test_a_quota_is_the_most(tmp_path: Path, own: str, files: dict[str, str], expected: int) -> None:
    assert cores(tmp_path, own, files) == expected


def test_the_scheduler_allows_fewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {3})
    assert cores(tmp_path, "0::/", {"cpu.max": "400000 100000"}) == 1


def test_a_machine_without_groups(tmp_path: Path) -> None:
    assert usable_cores(cgroups=tmp_path / "none", own=tmp_path / "none") == 16
