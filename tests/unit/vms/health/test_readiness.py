"""Ready or not, and why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from detectors.analyser import AnalysisStats
from detectors.event import ModelFact
from detectors.providers import Lack, ProviderUse
from detectors.schedule import ScheduleStats
from runtime.database import Database
from streams.errors import RecordingFailed
from streams.health import StreamHealth, StreamState
from vms.health.readiness import Check, Health

NOW = datetime(2026, 11, 5, tzinfo=UTC)


def stream(state: StreamState) -> StreamHealth:
    return StreamHealth(state=state, since=NOW, fps=12.5)


async def checks(database: Database, **changes: Any) -> dict[str, Check]:
    parts: Mapping[str, Any] = {
        "models": (ModelFact(name="movenet", sha256="ab" * 32),),
        "uses": (ProviderUse(model="movenet", provider="cpu"),),
        "streams": lambda: {(1, "main"): stream("live"), (2, "main"): stream("stalled")},
        "analyses": dict,
        "recorders": lambda: {(1, "main"): SimpleNamespace(error=None)},
        "failed_cameras": lambda: 0,
    }
    health = Health(database=database, **cast(Any, {**parts, **changes}))
    return {check.name: check for check in await health.checks()}


async def test_a_dead_camera_does_not_make_the_server_unready(database: Database) -> None:
    found = await checks(database)
    assert all(check.ok for check in found.values())
    assert found["ingest"].detail_en == "1 of 2 streams live, 0 cameras failed"
    assert "movenet abababababab" in found["models"].detail_en


async def test_what_runs_the_networks_is_said_and_what_does_not(database: Database) -> None:
    lack = Lack(provider="openvino", known=False)
    use = ProviderUse(model="movenet", provider="cpu", lacks=(lack,))
    found = (await checks(database, uses=(use,)))["models"]
    assert found.ok, "slower is not unready"
    assert "movenet runs on cpu (this ONNX Runtime has no openvino" in found.detail_en
    assert "movenet 由 cpu 运行" in found.detail_zh and "onnxruntime-openvino" in found.detail_zh


async def test_what_is_not_analysed_is_said_by_its_cause(database: Database) -> None:
    sleeper = AnalysisStats(frames=10, schedule=ScheduleStats(asleep=900, corrupt=1))
    pressed = AnalysisStats(frames=30, late=4, budget=7, queue=2)
    found = (await checks(database, analyses=lambda: {1: sleeper, 2: pressed}))["analysis"]
    assert found.ok
    assert found.detail_en == (
        "40 frames analysed; not analysed: 4 late, 7 for want of time, 1 corrupt, 2 packets lost in queues,"
        " 900 packets of still scenes"
    )
    assert "已分析 40 帧" in found.detail_zh and "7 帧因算力不足" in found.detail_zh


async def test_a_camera_that_met_a_bug_does(database: Database) -> None:
    assert not (await checks(database, failed_cameras=lambda: 1))["ingest"].ok


async def test_a_disk_that_refuses_is_said_with_what_to_do(database: Database) -> None:
    error = RecordingFailed(path="/data", reason="No space left on device")
    found = await checks(database, recorders=lambda: {(1, "main"): SimpleNamespace(error=error)})
    assert not found["recording"].ok
    assert "Free space" in found["recording"].detail_en and "释放空间" in found["recording"].detail_zh


async def test_a_database_that_is_away_is_said(database: Database) -> None:
    await database.close()
    assert not (await checks(database))["database"].ok


def test_the_rate_is_shown_of_live_streams_only(database_url: str) -> None:
    health = Health(
        database=Database(database_url),
        models=(),
        uses=(),
        streams=lambda: {(1, "main"): stream("live"), (2, "main"): stream("stalled")},
        analyses=dict,
        recorders=dict,
        failed_cameras=lambda: 0,
    )
    assert health.fps() == {(1, "main"): 12.5}
