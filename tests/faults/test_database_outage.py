"""The database goes away while somebody falls, and comes back: no alert is lost and nothing needs a restart."""

import re
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from runtime.postgres import PostgresServer, get_server
from tests.fakes.vms_process import VmsProcess, next_notification
from tests.fakes.wait import until
from vms.demo.cameras import FOOTAGE
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

pytestmark = pytest.mark.timeout(240)


class OwnServer:
    """A Postgres of this test's own, which it may stop."""

    def __init__(self, folder: Path) -> None:
        self._server: PostgresServer = get_server(folder, cleanup_mode="delete")
        self.url: str = self._server.get_uri()

    def stop(self) -> None:
        self._server._stop()

    def started(self) -> bool:
        """Whether it runs now. On a busy machine what the last one left (a backend, its memory) can be in the way at first."""
        try:
            self._server.ensure_postgres_running()
        except subprocess.CalledProcessError:
            return False
        return True

    def remove(self) -> None:
        self._server.cleanup()


@pytest.fixture
def postgres() -> Iterator[OwnServer]:
    folder = Path(tempfile.mkdtemp(prefix="vms-postgres-"))
    server = OwnServer(folder / "data")
    yield server
    server.remove()
    folder.rmdir()


@pytest.fixture
async def camera() -> AsyncIterator[SimulatorProcess]:
    fall = SimulatedCamera(path="fall", clip=FOOTAGE / "fall_street_near.mp4")
    async with SimulatorProcess([fall]) as simulator:
        yield simulator


async def figure(server: VmsProcess, outcome: str) -> int:
    text = (await server.get("/metrics")).decode()
    found = re.search(rf'vms_events_total\{{outcome="{outcome}"\}} (\S+)', text)
    assert found is not None
    return int(float(found[1]))


async def test_falls_during_an_outage_reach_the_room_after_it(
    tmp_path: Path, postgres: OwnServer, camera: SimulatorProcess
) -> None:
    async with VmsProcess(tmp_path / "data", database_url=postgres.url) as server:
        async with server.room_socket(0) as socket:
            body = {"name": "东口", "url": camera.urls["fall"]}
            assert (await server.post("/api/v1/cameras", body)).status_code == 201
            first = await next_notification(socket)
            assert first["kind"] == "raised"

            postgres.stop()

            async def is_journalled() -> bool:
                return await figure(server, "journalled") > 0

            await until(is_journalled, within_s=60)  # somebody falls every 12 s
            assert (await server.get("/healthz")) == {"status": "ok"}
            assert (
                await server.post("/api/v1/alerts/1/acknowledge", {"room_id": 1, "author": "王"})
            ).status_code == 503

            await until(postgres.started)
            again = await next_notification(socket)  # on the same socket, which was never closed
        assert again["kind"] == "repeated"
        stored, lost = await figure(server, "stored"), await figure(server, "lost")
        assert lost == 0
        connection = await asyncpg.connect(postgres.url)
        assert await connection.fetchval("select count(*) from event") >= stored
        assert await connection.fetchval("select count(*) from alert") == 1
        await connection.close()
