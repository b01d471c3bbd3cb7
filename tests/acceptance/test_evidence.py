"""Recordings that stand up: a real RTSP camera that breaks off three times, a server that is killed, and what there is to show."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import av
import httpx
import imageio_ffmpeg
import pytest

from tests.fakes.vms_process import VmsProcess
from tests.fakes.wait import until
from vms.demo.cameras import FOOTAGE
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera
from vms.evidence.verification import verify_package

pytestmark = pytest.mark.timeout(240)

QUICK = {
    "VMS_RECORDING__SEGMENT_S": "4",
    "VMS_INGEST__BACKOFF_FIRST_S": "0.2",
    "VMS_INGEST__BACKOFF_MOST_S": "0.5",
}


@pytest.fixture
async def camera() -> AsyncIterator[SimulatorProcess]:
    quiet = SimulatedCamera(path="quiet", clip=FOOTAGE / "quiet_street.mp4")
    async with SimulatorProcess([quiet]) as simulator:
        yield simulator


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def seen_since(database_url: str, at: datetime) -> bool:
    """Whether the server has said since that it lives: what it saw until then outlives it."""
    connection = await asyncpg.connect(database_url)
    try:
        return bool(await connection.fetchval("select max(seen_at) > $1 from watcher", at))
    finally:
        await connection.close()


def vms(*arguments: str, data: Path, database_url: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "vms.cli", *arguments, "--data", str(data), "--database", database_url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def decodes_without_an_error(path: Path) -> bool:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, check=False).stderr == b""


async def test_through_three_disconnects_and_a_kill_everything_is_there_or_its_absence_explained(
    tmp_path: Path, camera: SimulatorProcess, database_url: str
) -> None:
    data = tmp_path / "data"
    recordings = data / "recordings"
    server = VmsProcess(data, database_url=database_url, environment=QUICK)
    await server.start()
    began = off = datetime.now(UTC)

    async def is_live() -> bool:
        (listed,) = (await server.get("/api/v1/cameras"))["cameras"]
        return listed["profiles"][0]["fps"] is not None

    async def is_told() -> bool:
        """That it is off the net, for long enough that nobody takes it for a hiccup."""
        span = {"start": began.isoformat(), "end": datetime.now(UTC).isoformat()}
        async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
            health = (await client.get("/api/v1/cameras/1/timeline", params=span)).json()
        last = health["gaps"][-1] if health["gaps"] else {"cause": "", "end_at": began.isoformat()}
        return bool(
            last["cause"] == "camera_offline" and instant(last["end_at"]) > off + timedelta(seconds=1)
        )

    def parts() -> int:
        return len(list(recordings.rglob("*.part")))

    try:
        body = {"name": "东口", "url": camera.urls["quiet"], "rules": []}
        answer = await server.post("/api/v1/cameras", body)
        assert answer.status_code == 201, answer.text
        for _ in range(3):
            await until(lambda: parts() > 0, within_s=30)
            await until(is_live, within_s=30)
            # What is being written has a fragment on disk when this is over.
            await until(lambda: any(part.stat().st_size > 5_000 for part in recordings.rglob("*.part")))
            off = datetime.now(UTC)
            await camera.kill()
            await until(is_told, within_s=30)
            await camera.start()
        await until(lambda: any(part.stat().st_size > 5_000 for part in recordings.rglob("*.part")))
        await until(lambda: seen_since(database_url, off + timedelta(seconds=5)), within_s=30)
        await server.kill()
        killed = datetime.now(UTC)
        assert parts() == 1
        await server.start()
        await until(lambda: parts() > 0, within_s=30)
        await until(lambda: any(part.stat().st_size > 5_000 for part in recordings.rglob("*.part")))
        restarted = datetime.now(UTC)

        span = {"start": began.isoformat(), "end": datetime.now(UTC).isoformat()}
        async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
            timeline = (await client.get("/api/v1/cameras/1/timeline", params=span)).json()
            package = await handed_out(client, began, restarted, tmp_path)
    finally:
        if server.running:
            await server.stop()

    gaps = [(gap["cause"], instant(gap["start_at"]), instant(gap["end_at"])) for gap in timeline["gaps"]]
    offline = [gap for gap in gaps if gap[0] == "camera_offline"]
    told = [(cause, str(one.time()), str(other.time())) for cause, one, other in gaps]
    assert len(offline) >= 3, told
    (down,) = [gap for gap in gaps if gap[0] == "server_down" and gap[2] > killed]
    assert down[1] < killed + timedelta(seconds=1) < down[2] + timedelta(seconds=1)
    for one, other in zip(timeline["stretches"], timeline["stretches"][1:], strict=False):
        assert instant(one["end_at"]) <= instant(other["start_at"])

    files = sorted(recordings.rglob("*.mp4"))
    assert len(files) >= 5 and not parts()
    for path in files:
        with av.open(str(path)) as container:
            times = [packet.pts for packet in container.demux(video=0) if packet.size]
        assert times == sorted(set(times)) and times, path
    assert all(await asyncio.gather(*(asyncio.to_thread(decodes_without_an_error, path) for path in files)))

    checked = await asyncio.to_thread(
        vms, "recordings", "check", "--json", data=data, database_url=database_url
    )
    assert f'"files": {len(files)}, "wrong": 0' in checked
    assert "each as it was written" in await asyncio.to_thread(
        vms, "audit", "verify", data=data, database_url=database_url
    )
    verified = verify_package(package)
    assert verified.sound and verified.segments >= 4


async def handed_out(client: httpx.AsyncClient, start: datetime, end: datetime, folder: Path) -> Path:
    """All of it, exported under an access."""
    span = {"start_at": start.isoformat(), "end_at": end.isoformat()}
    asked: dict[str, Any] = {
        "person": "王芳",
        "organisation": "江岸公安分局",
        "reason": "老人走失",
        "request_type": "police",
        "document_number": "江公调字〔2026〕12号",
        "cameras": [1],
        **span,
    }
    access = (await client.post("/api/v1/accesses", json=asked)).json()["id"]
    request = await client.post("/api/v1/exports", json={"access_id": access, "cameras": [1], **span})
    assert request.status_code == 202, request.text
    path = f"/api/v1/exports/{request.json()['id']}"

    async def is_done() -> bool:
        told = (await client.get(path)).json()
        assert told["state"] in ("waiting", "running", "done"), told
        return bool(told["state"] == "done")

    await until(is_done, within_s=60)
    package = folder / "evidence.zip"
    package.write_bytes((await client.get(f"{path}/file")).content)
    return package
