"""Every call that changes something leaves its line in the audit, in the transaction of the change."""

import re
from pathlib import Path
from typing import Any, cast

import pytest

from alerts.capture import Capture
from alerts.journal import Journal
from alerts.lifecycle import Lifecycle
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.vault import Vault
from tests.fakes.events import PICTURES, fall_event
from tests.fakes.evidence_desk import desk_in
from tests.fakes.registry_client import registry_client
from vms.api.app import create_app
from vms.api.documented import evidence, examples
from vms.audit.alerts import audit_alert
from vms.cameras.registry import Registry

#: calls that change nothing, or whose lines other tests see: test_exports_api.py, test_playback.py, test_onvif_api.py (ptz)
ELSEWHERE = re.compile(r"/discovery$|/probes$|/ptz$|/exports|/playback")

#: a call with what it is asked, and what the audit says of it
CALLS: list[tuple[str, str, object, str]] = [
    ("post", "/units", examples.NEW_UNIT, "unit.add"),
    ("patch", "/units/{unit_id}", examples.UNIT_PATCH, "unit.rename"),
    ("post", "/units/{unit_id}/move", examples.UNIT_MOVE, "unit.move"),
    ("post", "/units", examples.NEW_UNIT, "unit.add"),
    ("post", "/units/{unit_id}/merge", examples.UNIT_MERGE, "unit.merge"),
    ("post", "/cameras", examples.NEW_CAMERA, "camera.add"),
    ("post", "/cameras/imports", examples.SHEET, "camera.import"),
    ("patch", "/cameras/{camera_id}", examples.CAMERA_PATCH, "camera.change"),
    ("put", "/cameras/{camera_id}/zones", examples.ZONES_GIVEN, "camera.change"),
    ("post", "/alerts/{alert_id}/{verb}", examples.ALERT_ACTION, "alert.acknowledge"),
    ("post", "/accesses", evidence.NEW_ACCESS, "access.request"),
    ("post", "/accesses/{access_id}/end", evidence.ACCESS_END, "access.end"),
    ("post", "/holds", evidence.NEW_HOLD, "hold.place"),
    ("post", "/holds/{hold_id}/release", evidence.HOLD_RELEASE, "hold.release"),
    ("delete", "/cameras/{camera_id}", None, "camera.remove"),
]


def test_every_call_that_changes_something_is_here() -> None:
    document = create_app(cast(Any, None)).openapi()
    changing = {
        (method, path.removeprefix("/api/v1"))
        for path, operations in document["paths"].items()
        for method in operations
        if method != "get" and path.startswith("/api/v1") and not ELSEWHERE.search(path)
    }
    assert changing == {(method, path) for method, path, _, _ in CALLS}


async def test_every_change_has_its_line(database: Database, tmp_path: Path) -> None:
    clock = SystemClock()
    registry = Registry(database=database, vault=Vault.open(tmp_path / "secret.key"))
    lifecycle = Lifecycle(database=database, clock=clock, on_applied=audit_alert)
    desk = desk_in(tmp_path, database, clock)
    ids = {
        "unit_id": "2",
        "camera_id": "1",
        "alert_id": "1",
        "verb": "acknowledge",
        "hold_id": "1",
        "access_id": "",
    }
    seen = 0
    async with registry_client(database, registry, lifecycle=lifecycle, evidence=desk) as client:
        for method, path, asked, act in CALLS:
            if path.startswith("/alerts"):
                capture = Capture(
                    database=database, journal=Journal(tmp_path / "journal", capacity=5), clock=clock
                )
                await capture.submit(fall_event(1), PICTURES)
            body: dict[str, Any] = {"json": asked}
            if path == "/cameras/imports":
                body = {"content": str(asked).encode(), "params": {"author": "王"}}
            elif path.endswith("/merge"):
                body = {"json": {**cast(dict[str, Any], asked), "into_id": 2}}
                ids["unit_id"] = "3"
            elif method == "delete":
                body = {"params": {"author": "李"}}
            answer = await client.request(
                method, "/api/v1" + path.format(**ids), headers={"if-match": "*"}, **body
            )
            assert answer.status_code < 300, (path, answer.text)
            if path == "/accesses":
                ids["access_id"] = answer.json()["id"]
            lines = (await client.get("/api/v1/audit", params={"limit": 1000})).json()["lines"]
            assert len(lines) > seen, (method, path)
            assert lines[0]["act"] == act and lines[0]["author"], (method, path, lines[0])
            seen = len(lines)
        assert (await client.get("/api/v1/audit/verification")).json()["sound"]


async def test_a_change_that_is_refused_leaves_no_line(database: Database, tmp_path: Path) -> None:
    registry = Registry(database=database, vault=Vault.open(tmp_path / "secret.key"))
    desk = desk_in(tmp_path, database, SystemClock())
    async with registry_client(database, registry, evidence=desk) as client:
        await client.post("/api/v1/cameras", json=examples.NEW_CAMERA)
        before = (await client.get("/api/v1/audit")).json()["lines"]
        assert (await client.post("/api/v1/cameras", json=examples.NEW_CAMERA)).status_code == 409
        assert (await client.delete("/api/v1/cameras/9", params={"author": "李"})).status_code >= 400
        assert (await client.get("/api/v1/audit")).json()["lines"] == before


@pytest.mark.parametrize("rotations", [1, 2])
async def test_a_new_key_for_passwords_has_its_line(
    database: Database, tmp_path: Path, rotations: int
) -> None:
    registry = Registry(database=database, vault=Vault.open(tmp_path / "secret.key"))
    desk = desk_in(tmp_path, database, SystemClock())
    for _ in range(rotations):
        await registry.key_rotation.rotate(author="王芳")
    lines = await desk.audit.lines(act="password_key")
    assert [(line.act, line.author) for line in lines] == [("password_key.rotate", "王芳")] * rotations
