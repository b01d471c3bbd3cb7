"""Exports over HTTP: refused without an access, made in the background, verified as they were handed out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from runtime.database import Database
from runtime.vault import Vault
from streams.segment import iso
from streams.writer import SegmentWriter
from tests.fakes.clips import encode_clip
from tests.fakes.clock import ManualClock
from tests.fakes.events import add_camera
from tests.fakes.evidence_desk import desk_in
from tests.fakes.packets import START, run_of
from tests.fakes.registry_client import registry_client
from vms.cameras.registry import Registry
from vms.cli import app as command_line
from vms.evidence.desk import EvidenceDesk
from vms.evidence.verification import verify_package
from vms.exports import store
from vms.segments import PostgresSegments


@dataclass(frozen=True, kw_only=True)
class House:
    client: httpx.AsyncClient
    desk: EvidenceDesk
    camera: int
    folder: Path
    clock: ManualClock

    async def access(self, **changes: Any) -> str:
        asked = {
            "person": "王芳",
            "organisation": "江岸公安分局",
            "reason": "老人走失",
            "request_type": "police",
            "document_number": "江公调字〔2026〕12号",
            "cameras": [self.camera],
            "start_at": iso(START),
            "end_at": iso(START + timedelta(minutes=20)),
        }
        answer = await self.client.post("/api/v1/accesses", json=asked | changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def asked(self, access_id: str | None, **changes: Any) -> dict[str, Any]:
        span = {"start_at": iso(START + timedelta(seconds=1)), "end_at": iso(START + timedelta(seconds=3))}
        return {"access_id": access_id, "cameras": [self.camera]} | span | changes


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encode_clip(tmp_path_factory.mktemp("clips") / "h264.mp4", frames=100, rate=25, gop=10)


@asynccontextmanager
async def house_of(database: Database, folder: Path, clip: Path, **settings: Any) -> AsyncIterator[House]:
    clock = ManualClock(START + timedelta(hours=1))
    segments = PostgresSegments(database)
    async with database.connection() as connection:
        camera = await add_camera(connection, folder.name)
    started, packets = run_of(clip)
    volume_id = await segments.volume("here", "recordings")
    writer = SegmentWriter(folder / "recordings", camera, "main", volume_id=volume_id, segment_s=1.0)
    writer.take([started, *packets])
    writer.finish()
    for segment in writer.collect():
        await segments.add_segment(segment)
    desk = desk_in(folder, database, clock, **settings)
    registry = Registry(database=database, vault=Vault.open(folder / "secret.key"))
    async with registry_client(database, registry, clock=clock, evidence=desk) as client:
        yield House(client=client, desk=desk, camera=camera, folder=folder, clock=clock)


@pytest.fixture
async def house(database: Database, tmp_path: Path, clip: Path) -> AsyncIterator[House]:
    async with house_of(database, tmp_path, clip) as house:
        yield house


async def test_an_export_is_made_downloaded_and_verified(house: House) -> None:
    access_id = await house.access()
    asked = await house.client.post("/api/v1/exports", json=house.asked(access_id))
    assert asked.status_code == 202, asked.text
    export = asked.json()
    assert export["state"] == "waiting" and export["all_bytes"] > 0
    assert await house.desk.exports.make_next()
    done = (await house.client.get(f"/api/v1/exports/{export['id']}")).json()
    assert (done["state"], done["done_bytes"]) == ("done", done["all_bytes"])
    file = await house.client.get(f"/api/v1/exports/{export['id']}/file")
    path = house.folder / "handed_out.zip"
    path.write_bytes(file.content)
    (key,) = await house.desk.signing.public_keys()
    verified = verify_package(path, key=key.id)
    assert (verified.sound, verified.segments, verified.fragments) == (True, 3, 6)
    assert CliRunner().invoke(command_line, ["evidence", "verify", str(path)]).exit_code == 0
    broken = bytearray(file.content)
    broken[len(broken) // 3] ^= 1
    path.write_bytes(broken)
    refused = CliRunner().invoke(command_line, ["evidence", "verify", str(path), "--key", key.id])
    assert refused.exit_code == 1 and "✗" in refused.output
    uses = (await house.client.get(f"/api/v1/accesses/{access_id}")).json()["uses"]
    assert [use["act"] for use in uses] == ["export", "download"]
    lines = (await house.client.get("/api/v1/audit", params={"act": "recording"})).json()["lines"]
    assert [line["act"] for line in lines] == ["recording.download", "recording.export"]
    assert not list((house.folder / "exports").glob("work-*"))


async def test_without_an_access_nothing_is_exported(house: House) -> None:
    for access_id, changes, status, code in (
        (None, {}, 403, "access_needed"),
        ("00000000-0000-0000-0000-000000000000", {}, 404, "access_unknown"),
        (await house.access(), {"cameras": [house.camera, 999]}, 403, "access_not_for_camera"),
        (await house.access(), {"end_at": iso(START + timedelta(hours=1))}, 403, "access_not_for_range"),
    ):
        answer = await house.client.post("/api/v1/exports", json=house.asked(access_id, **changes))
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    await house.clock.advance(25 * 3600)
    late = await house.client.post("/api/v1/exports", json=house.asked(None))
    assert late.status_code == 403
    assert (await house.client.get("/api/v1/exports")).json() == {"exports": []}


async def test_an_access_that_expired_hands_out_nothing_more(house: House) -> None:
    access_id = await house.access()
    export = (await house.client.post("/api/v1/exports", json=house.asked(access_id))).json()
    await house.desk.exports.make_next()
    await house.clock.advance(25 * 3600)
    answer = await house.client.get(f"/api/v1/exports/{export['id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (403, "access_expired")


async def test_a_time_without_a_recording_is_told(house: House) -> None:
    later = {"start_at": iso(START + timedelta(minutes=5)), "end_at": iso(START + timedelta(minutes=6))}
    answer = await house.client.post("/api/v1/exports", json=house.asked(await house.access(), **later))
    assert (answer.status_code, answer.json()["code"]) == (422, "export_empty")


async def test_a_cancelled_export_is_not_made(house: House) -> None:
    export = (await house.client.post("/api/v1/exports", json=house.asked(await house.access()))).json()
    path = f"/api/v1/exports/{export['id']}"
    assert (await house.client.delete(path)).json()["state"] == "cancelled"
    assert not await house.desk.exports.make_next()
    assert (await house.client.delete(path)).status_code == 409
    answer = await house.client.get(f"{path}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "export_not_done")
    assert (
        await house.client.get(f"/api/v1/exports/{'0' * 8}-0000-0000-0000-000000000000")
    ).status_code == 404


async def test_a_disk_that_refuses_fails_the_export_and_not_the_server(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    first = (await house.client.post("/api/v1/exports", json=house.asked(await house.access()))).json()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        assert await house.desk.exports.make_next()
    failed = (await house.client.get(f"/api/v1/exports/{first['id']}")).json()
    assert (failed["state"], failed["error"]["code"]) == ("failed", "recording_failed")
    assert not list((house.folder / "exports").glob("work-*"))
    second = (await house.client.post("/api/v1/exports", json=house.asked(await house.access()))).json()
    await house.desk.exports.make_next()
    assert (await house.client.get(f"/api/v1/exports/{second['id']}")).json()["state"] == "done"


async def test_what_ran_when_a_server_died_is_made_again(house: House, database: Database) -> None:
    export = (await house.client.post("/api/v1/exports", json=house.asked(await house.access()))).json()
    async with database.connection() as connection:
        assert await store.take_next(connection, house.clock.now()) is not None
        await store.wait_again(connection)
    work = house.folder / "exports" / f"work-{export['id']}" / f"camera-{house.camera}"
    work.mkdir(parents=True)
    (work / "001-20260314T080001Z.mp4").write_text("half a clip")
    await house.desk.exports.make_next()
    path = house.folder / "exports" / f"evidence-{export['id']}.zip"
    assert verify_package(path).sound


async def test_a_file_that_is_gone_leaves_the_rest(house: House) -> None:
    export = (await house.client.post("/api/v1/exports", json=house.asked(await house.access()))).json()
    second = sorted((house.folder / "recordings").rglob("*.mp4"))[1]
    second.unlink()
    await house.desk.exports.make_next()
    done = await house.client.get(f"/api/v1/exports/{export['id']}")
    assert done.json()["state"] == "done"
    verified = verify_package(house.folder / "exports" / f"evidence-{export['id']}.zip")
    assert verified.sound


async def test_no_more_wait_than_may_and_no_disk_is_filled(
    database: Database, tmp_path: Path, clip: Path
) -> None:
    async with house_of(database, tmp_path, clip, export={"most_waiting": 1}) as house:
        access_id = await house.access()
        assert (await house.client.post("/api/v1/exports", json=house.asked(access_id))).status_code == 202
        answer = await house.client.post("/api/v1/exports", json=house.asked(access_id))
        assert (answer.status_code, answer.json()["code"]) == (429, "export_too_many")
    async with house_of(database, tmp_path / "b", clip, export={"keep_free_bytes": 1 << 60}) as house:
        answer = await house.client.post("/api/v1/exports", json=house.asked(await house.access()))
        assert (answer.status_code, answer.json()["code"]) == (507, "export_no_room")
