"""A masked export on Postgres: asked for under an access, made in the background from recorded files, verified."""

import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from runtime.database import Database
from runtime.vault import Vault
from streams.camera import CameraId
from tests.fakes.clips import encode_clip
from tests.fakes.clock import ManualClock
from tests.fakes.events import add_camera
from tests.fakes.evidence import record
from tests.fakes.evidence_desk import desk_in
from tests.fakes.packets import START
from tests.fakes.registry_client import registry_client
from vms.access.access import NewAccess
from vms.cameras.registry import Registry
from vms.evidence.verification import verify_package
from vms.segments import PostgresSegments


async def test_the_originals_of_a_masked_camera_are_refused_and_masked_copies_are_made(
    database: Database, tmp_path: Path
) -> None:
    clock = ManualClock()
    desk = desk_in(tmp_path, database, clock)
    async with database.connection() as connection:
        camera = CameraId(await add_camera(connection, "东口"))
        await connection.execute("update camera set masks = '0.5,0 1,0 1,1 0.5,1', created_at = $1", START)
    segments = PostgresSegments(database)
    volume_id = await segments.volume("here", "recordings")
    clip = encode_clip(tmp_path / "clip.mp4", frames=30, rate=10, gop=10)
    for segment in record(tmp_path / "recordings", clip, camera):
        await segments.add_segment(replace(segment, volume_id=volume_id))
    end = START + timedelta(seconds=3)
    access = await desk.register.request(
        NewAccess(
            person="王芳",
            organisation="派出所",
            reason="老人走失",
            request_type="duty",
            camera_ids=(camera,),
            start_at=START,
            end_at=end,
        )
    )
    asked = {
        "access_id": str(access.id),
        "cameras": [camera],
        "start_at": START.isoformat(),
        "end_at": end.isoformat(),
    }
    registry = Registry(database=database, vault=Vault.open(tmp_path / "key"))
    async with registry_client(database, registry, clock=clock, evidence=desk) as client:
        refused = await client.post("/api/v1/exports", json=asked)
        both = await client.post("/api/v1/exports", json={**asked, "masked": {"originals": True}})
        no_region = await client.post(
            "/api/v1/exports", json={**asked, "masked": {"region": [[0, 0], [1, 1]]}}
        )
        taken = await client.post("/api/v1/exports", json={**asked, "masked": {"watermark": "王芳 7f3a"}})
    assert (refused.status_code, both.status_code, no_region.status_code) == (403, 403, 422)
    assert taken.status_code == 202, taken.text
    assert taken.json()["masked"] == {"region": None, "watermark": "王芳 7f3a", "originals": False}

    assert await desk.exports.make_next()
    export = await desk.exports.find(UUID(taken.json()["id"]))
    assert export.state == "done", export.error
    path = tmp_path / "exports" / export.file_name
    assert verify_package(path).sound
    with zipfile.ZipFile(path) as archive:
        (packed,) = json.loads(archive.read("manifest.json"))["cameras"]
    assert packed["clips"] == []
    assert [each["watermark"] for each in packed["derived"]] == ["王芳 7f3a"]
    assert packed["derived"][0]["masks"] == ["0.5,0 1,0 1,1 0.5,1"]
