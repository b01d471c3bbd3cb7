"""Audit and register as CSV: whole, over pages, readable by a spreadsheet, and nothing in them runs."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from runtime.clock import SystemClock
from runtime.database import Database
from runtime.vault import Vault
from tests.fakes.events import add_camera
from tests.fakes.evidence_desk import desk_in
from tests.fakes.registry_client import registry_client
from vms.access.access import NewAccess
from vms.audit.entry import AuditEntry
from vms.cameras.registry import Registry
from vms.evidence import sheets


def read(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\xef\xbb\xbf") == 1
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


async def test_every_line_is_in_the_sheet_and_no_formula_runs(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_in(tmp_path, database, SystemClock())
    monkeypatch.setattr(sheets, "_PAGE", 2)
    for number in range(1, 6):
        await desk.audit.note(
            AuditEntry(
                author='=HYPERLINK("x")' if number == 5 else "王芳",
                act="camera.change",
                camera_ids=[1, number],
                detail={"name": "东口"},
            )
        )
    registry = Registry(database=database, vault=Vault.open(tmp_path / "secret.key"))
    async with registry_client(database, registry, evidence=desk) as client:
        rows = read((await client.get("/api/v1/audit.csv")).content)
        some = read((await client.get("/api/v1/audit.csv", params={"camera": 3})).content)
        none = read((await client.get("/api/v1/audit.csv", params={"author": "谁"})).content)
    assert [row["seq"] for row in rows] == ["5", "4", "3", "2", "1"]
    assert rows[0]["author"] == '\'=HYPERLINK("x")'
    assert (rows[1]["author"], rows[1]["cameras"], rows[1]["detail"]) == ("王芳", "1 4", '{"name": "东口"}')
    assert ([row["seq"] for row in some], none) == (["3"], [])


async def test_the_register_is_in_a_sheet(database: Database, tmp_path: Path) -> None:
    clock = SystemClock()
    desk = desk_in(tmp_path, database, clock)
    async with database.connection() as connection:
        camera_id = await add_camera(connection, "东口")
    access = await desk.register.request(
        NewAccess(
            person="王芳",
            organisation="江岸公安分局",
            reason="+86 老人走失",
            request_type="police",
            document_number="江公调字〔2026〕12号",
            camera_ids=[camera_id],
            start_at=clock.now() - timedelta(hours=2),
            end_at=clock.now(),
        )
    )
    registry = Registry(database=database, vault=Vault.open(tmp_path / "secret.key"))
    async with registry_client(database, registry, evidence=desk) as client:
        (row,) = read((await client.get("/api/v1/accesses.csv")).content)
        assert read((await client.get("/api/v1/accesses.csv", params={"person": "谁"})).content) == []
    assert (row["id"], row["person"], row["cameras"]) == (str(access.id), "王芳", str(camera_id))
    assert (row["reason"], row["unmasked"], row["ended_at"]) == ("'+86 老人走失", "no", "")
