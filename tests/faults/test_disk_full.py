"""A disk that is really full: a small one of memory, filled by recording a real RTSP stream."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.fakes.vms_process import VmsProcess
from tests.fakes.wait import until
from vms.demo.cameras import FOOTAGE
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

pytestmark = pytest.mark.timeout(200)

QUICK = {
    "VMS_RECORDING__SEGMENT_S": "2",
    "VMS_RECORDING__KEEP_FREE_BYTES": str(8 << 20),
    "VMS_RETENTION__PRESSURE_BYTES": str(10 << 20),
    "VMS_OUTAGES__GATHER_S": "0.5",
    "VMS_OUTAGES__START_S": "0.5",
    "VMS_OUTAGES__RECOVER_S": "0.5",
}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data" / "recordings"
    folder.mkdir(parents=True)
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
async def camera() -> AsyncIterator[SimulatorProcess]:
    crowd = SimulatedCamera(path="crowd", clip=FOOTAGE / "crowd_street.mp4")
    async with SimulatorProcess([crowd]) as simulator:
        yield simulator


async def test_a_full_disk_stops_recording_loudly_and_takes_nothing_that_is_kept(
    small_disk: Path, tmp_path: Path, camera: SimulatorProcess, database_url: str
) -> None:
    server = VmsProcess(tmp_path / "data", database_url=database_url, environment=QUICK)
    connection = await asyncpg.connect(database_url)
    ballast = small_disk / "ballast"

    async def state() -> str:
        (listed,) = (await server.get("/api/v1/cameras"))["cameras"]
        return str(listed["profiles"][0]["state"])

    async def alerts() -> list[tuple[str, str]]:
        wall = await server.get("/api/v1/rooms/1/wall")
        return [(alert["kind"], alert["state"]) for alert in wall["alerts"]]

    async def rows() -> set[str]:
        found = await connection.fetch("select start_at from segment")
        return {f"{row['start_at'].astimezone(UTC):%H%M%S}" for row in found}

    def files() -> set[str]:
        return {path.name[:6] for path in small_disk.rglob("*.mp4")}

    async def is_(wanted: str) -> bool:
        return await state() == wanted

    async def is_told() -> bool:
        return ("camera_unrecorded", "raised") in await alerts()

    async def is_over() -> bool:
        return ("camera_unrecorded", "resolved") in await alerts() or not any(
            kind == "camera_unrecorded" for kind, _ in await alerts()
        )

    try:
        await server.start()
        body: dict[str, Any] = {"name": "东口", "url": camera.urls["crowd"], "rules": []}
        assert (await server.post("/api/v1/cameras", body)).status_code == 201
        await until(lambda: len(files()) >= 3, within_s=40)
        kept = files()
        span = {"start_at": datetime.now(UTC) - timedelta(hours=1), "end_at": datetime.now(UTC)}
        hold = {"cameras": [1], "reason": "交通事故", "owner": "王芳"}
        hold |= {name: at.isoformat() for name, at in span.items()}
        assert (await server.post("/api/v1/holds", hold)).status_code == 201

        # Others fill the disk but for less than what recordings leave to alerts.
        await asyncio.to_thread(ballast.write_bytes, bytes(24 << 20))
        await until(lambda: is_("unrecorded"), within_s=40)
        await until(is_told, within_s=40)
        (listed,) = (await server.get("/api/v1/cameras"))["cameras"]
        assert listed["profiles"][0]["error"]["code"] == "recording_failed"
        assert kept <= files()  # held, and within their legal time: neither goes for a full disk
        assert await connection.fetchval("select count(*) from deletion") == 0
        full = datetime.now(UTC)

        ballast.unlink()
        await until(lambda: is_("live"), within_s=40)
        await until(is_over, within_s=40)
        before = len(files())
        await until(lambda: len(files()) > before, within_s=40)
        again = datetime.now(UTC)
        start, end = (full - timedelta(minutes=1)).isoformat(), again.isoformat()
        timeline = await server.get(
            f"/api/v1/cameras/1/timeline?start={start.replace('+', '%2B')}&end={end.replace('+', '%2B')}"
        )
        assert "disk" in {gap["cause"] for gap in timeline["gaps"]}
        await server.stop()
        assert await rows() == files()
        assert kept <= files()
    finally:
        if server.running:
            await server.kill()
        await connection.close()
