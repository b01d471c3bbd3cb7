"""`vms bench registry`: a district's cameras into a server by the sheet, and pages of its list out again, over HTTP.

The cameras are switched off, so that the server has nothing to do but its registry; everything else is as in a real house.
Which pages are asked for is drawn with a seed, the same in each run.
"""

import asyncio
import random
import re
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode

from runtime.clock import Clock, SystemClock
from vms.bench import health
from vms.bench.children import run_module
from vms.bench.errors import BenchFailed
from vms.bench.house import ask, running_house
from vms.bench.machine import this_machine
from vms.bench.registry_report import IMPORT_GOAL_S, LIST_GOAL_MS, Import, RegistryReport, Start, WatchingCost
from vms.bench.report import Latency, Spread
from vms.cameras.sheets.comma_separated import write_csv
from vms.demo.cameras import FOOTAGE
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

CAMERAS: Final = 36_000
REQUESTS: Final = 200
#: cameras that the server takes at its start, of all that are registered
OWNED: Final = 64
#: cameras that are live at once, the seconds of a window in which two looks at each picture find room, and pairs of windows
LIVE: Final = 64
WINDOW_S: Final = 24.0
TURNS: Final = 3
CLIP: Final = FOOTAGE / "quiet_street.mp4"
VIDEO: Final = "640x360 at 12.5 frames a second"
#: how often the availability of a month is asked for
MONTHS: Final = 6
STREETS: Final = 12
COMMUNITIES: Final = 10
_AUTHOR: Final = "author=vms%20bench"
_PATIENCE_S: Final = 600.0
_HEADINGS: Final = (
    "国标编码", "名称", "辖区", "主码流地址", "子码流地址", "账号", "密码", "启用", "厂商", "安装位置", "场所类型"
)  # fmt: skip


def run(
    *,
    cameras: int = CAMERAS,
    requests: int = REQUESTS,
    live: int = LIVE,
    seconds: float = WINDOW_S,
    tell: Callable[[str], None] = lambda _what: None,
) -> RegistryReport:
    """`live` cameras are watched in windows of `seconds`. Raises BenchFailed."""
    return asyncio.run(_run(cameras, requests, live, seconds, tell))


async def _run(
    cameras: int, requests: int, live: int, seconds: float, tell: Callable[[str], None]
) -> RegistryReport:
    clock = SystemClock()
    machine = await this_machine()
    try:
        with TemporaryDirectory(prefix="vms-bench-") as kept:
            async with running_house("registry", folder=Path(kept), cameras=OWNED) as url:
                tell("units")
                units = await _add_units(url)
                imports = await _import(url, cameras, list(units.values()), clock, tell)
                draw = random.Random(36)
                lists = []
                for what, queries in (
                    ("a page of a subtree", _subtrees(draw, list(units))),
                    ("a page of a text search", _texts(draw, cameras)),
                    ("a page after a cursor", _cursors(draw, cameras)),
                ):
                    tell(what)
                    lists.append(await _ask_for_pages(url, what, queries, requests, clock))
                tell("switching all on")
                await asyncio.to_thread(_switch_on, url, cameras, list(units.values()))
                tell("a year of health")
                conditions = await health.write_a_year(Path(kept) / "data", clock)
                for what, path, queries, times, goal_ms in (
                    (
                        f"a page of health, {conditions} conditions in a year",
                        "health/cameras",
                        health.pages(draw, list(units)),
                        requests,
                        LIST_GOAL_MS,
                    ),
                    (
                        "availability of a month, the whole district",
                        "health/availability",
                        health.months(min(units), clock.now()),
                        MONTHS,
                        None,
                    ),
                ):
                    tell(what)
                    lists.append(
                        await _ask_for_pages(url, what, queries, times, clock, path=path, goal_ms=goal_ms)
                    )
            tell("a start")
            start = await _start(Path(kept), cameras, clock)
        tell("watching")
        watching = await _watch(live, seconds)
    except (OSError, TimeoutError) as error:
        raise BenchFailed(part="registry", reason=error) from error
    return RegistryReport(
        made_at=clock.now(),
        machine=machine,
        cameras=cameras,
        units=len(units),
        imports=tuple(imports),
        lists=tuple(lists),
        start=start,
        watching=watching,
    )


async def _add_units(url: str) -> dict[int, str]:
    """A district of streets and communities: the path of each unit by its number."""
    paths: dict[int, str] = {}

    async def add(name: str, level: str, parent: int | None, code: str) -> int:
        body = {"author": "vms bench", "name": name, "level": level, "parent_id": parent, "code": code}
        unit = await asyncio.to_thread(ask, f"{url}/api/v1/units", body)
        assert isinstance(unit, dict), "a unit is an object"
        paths[unit["id"]] = unit["path"]
        return int(unit["id"])

    district = await add("江岸区", "district", None, "420102")
    for street in range(1, STREETS + 1):
        code = f"420102{street:03d}"
        street_id = await add(f"{street} 街道", "street", district, code)
        for community in range(1, COMMUNITIES + 1):
            await add(f"{street}-{community} 社区", "community", street_id, f"{code}{community:03d}")
    return paths


async def _import(
    url: str, cameras: int, paths: list[str], clock: Clock, tell: Callable[[str], None]
) -> list[Import]:
    low = [path for path in paths if path.count("/") == 2]
    content = await asyncio.to_thread(_sheet, cameras, low)
    imports = []
    for what, expected, goal in (
        ("a sheet of new cameras", "created", IMPORT_GOAL_S),
        ("the same sheet again", "unchanged", IMPORT_GOAL_S),
    ):
        tell(what)
        began = clock.monotonic()
        report = await asyncio.to_thread(
            ask, f"{url}/api/v1/cameras/imports?{_AUTHOR}", content, within_s=_PATIENCE_S
        )
        seconds = clock.monotonic() - began
        if not isinstance(report, dict) or report[expected] != cameras:
            raise BenchFailed(part="registry", reason=f"{what}: not all rows are {expected}")
        imports.append(Import(what=what, rows=cameras, seconds=round(seconds, 2), goal_s=goal))
    return imports


def _switch_on(url: str, cameras: int, paths: list[str]) -> None:
    low = [path for path in paths if path.count("/") == 2]
    ask(f"{url}/api/v1/cameras/imports?{_AUTHOR}", _sheet(cameras, low, enabled=True), within_s=_PATIENCE_S)


async def _start(folder: Path, cameras: int, clock: Clock) -> Start:
    """Stopped in order before, so that it has to take its cameras; their addresses answer to nobody."""
    began = clock.monotonic()
    owned = min(OWNED, cameras)
    async with running_house("registry", folder=folder, cameras=OWNED) as url, asyncio.timeout(_PATIENCE_S):
        while await asyncio.to_thread(_being_connected, url) < owned:
            await clock.sleep(0.02)
        return Start(registered=cameras, owned=owned, seconds=round(clock.monotonic() - began, 2))


async def _watch(count: int, seconds: float) -> WatchingCost:
    """Simulated cameras over RTSP, read all the time and watched in every other window."""
    turns = 1 if seconds < WINDOW_S else TURNS
    with TemporaryDirectory(prefix="vms-bench-") as folder:
        async with SimulatorProcess([SimulatedCamera(path="street", clip=CLIP)]) as simulator:
            url = simulator.urls["street"]
            found: dict[str, Any] = await run_module(
                "vms.bench.watching", url, count, folder, seconds / 2, seconds, turns
            )
    pairs = zip(found["without"], found["watched"], strict=True)
    return WatchingCost(
        cameras=count,
        live=found["live"],
        video=VIDEO,
        looks=found["looks"],
        reading=Spread.of([100 * each for each in found["without"]]),
        watching=Spread.of([100 * (watched - without) for without, watched in pairs], digits=4),
    )


def _being_connected(url: str) -> int:
    """Cameras of whose main stream there are figures."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:
        return len(
            re.findall(r'^vms_stream_live\{camera="\d+",profile="main"\}', answer.read().decode(), re.M)
        )


def _sheet(cameras: int, paths: list[str], *, enabled: bool = False) -> bytes:
    rows: list[list[str | float | int]] = [list(_HEADINGS)]
    for number in range(cameras):
        host = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        rows.append(
            [
                f"4201020000132{number:07d}",
                f"{number} 号枪机",
                paths[number % len(paths)],
                f"rtsp://{host}/main",
                f"rtsp://{host}/sub",
                "admin",
                f"pass-{number}",
                "是" if enabled else "否",
                ("甲厂", "乙厂", "丙厂")[number % 3],
                f"光明路 {number % 997} 号灯杆",
                "道路",
            ]
        )
    return write_csv(rows)


async def _ask_for_pages(
    url: str,
    what: str,
    queries: Iterator[dict[str, object]],
    requests: int,
    clock: Clock,
    *,
    path: str = "cameras",
    goal_ms: float | None = LIST_GOAL_MS,
) -> Latency:
    waits = []
    for _ in range(requests):
        address = f"{url}/api/v1/{path}?{urlencode(next(queries))}"
        began = clock.monotonic()
        await asyncio.to_thread(ask, address)
        waits.append(clock.monotonic() - began)
    return Latency.of(waits, what=what, goal_ms=goal_ms)


def _subtrees(draw: random.Random, unit_ids: list[int]) -> Iterator[dict[str, object]]:
    while True:
        yield {"unit": draw.choice(unit_ids)}


def _texts(draw: random.Random, cameras: int) -> Iterator[dict[str, object]]:
    """Words of one camera, of many and of none, in turn."""
    while True:
        yield {"text": f"{draw.randrange(cameras):07d}"}
        yield {"text": f"光明路 {draw.randrange(997)}"}
        yield {"text": draw.choice(["甲厂", "枪机", "10.0."])}
        yield {"text": f"没有 {draw.randrange(997)}"}


def _cursors(draw: random.Random, cameras: int) -> Iterator[dict[str, object]]:
    while True:
        yield {"cursor": draw.randrange(cameras)}
