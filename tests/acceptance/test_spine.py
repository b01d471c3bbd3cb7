"""From a camera's RTSP stream to the wall, with nothing faked but the camera: a process, a real Postgres, real RTSP."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import av
import cv2
import numpy as np
import pytest

from streams.store import chained_segment_of
from tests.fakes.vms_process import VmsProcess, next_notification
from tests.fakes.wait import until
from vms.demo.cameras import FOOTAGE
from vms.demo.process import SimulatorProcess
from vms.demo.rtsp_server import SimulatedCamera

PASSWORD = "s3cret-of-the-camera"

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
async def camera() -> AsyncIterator[SimulatorProcess]:
    """A camera with a password, before which somebody falls every 12 s."""
    fall = SimulatedCamera(path="fall", clip=FOOTAGE / "fall_street_near.mp4")
    async with SimulatorProcess([fall], username="admin", password=PASSWORD) as simulator:
        yield simulator


@pytest.fixture
async def server(tmp_path: Path, database_url: str) -> AsyncIterator[VmsProcess]:
    async with VmsProcess(tmp_path / "data", database_url=database_url) as server:
        yield server


async def register(server: VmsProcess, camera: SimulatorProcess, **changes: object) -> None:
    body = {"name": "东口", "url": camera.urls["fall"], "username": "admin", "password": PASSWORD, **changes}
    answer = await server.post("/api/v1/cameras", body)
    assert answer.status_code == 201, answer.text


async def stream_state(server: VmsProcess) -> str | None:
    (camera,) = (await server.get("/api/v1/cameras"))["cameras"]
    state: str | None = camera["profiles"][0]["state"]
    return state


async def test_a_fall_before_a_registered_camera_reaches_the_room_and_the_database(
    server: VmsProcess, camera: SimulatorProcess, database_url: str
) -> None:
    wall = await server.get("/api/v1/rooms/1/wall")
    assert wall["alerts"] == []
    async with server.room_socket(wall["last_seq"]) as socket:
        await register(server, camera)
        told = await next_notification(socket)
    assert (told["seq"], told["kind"], told["alert"]["kind"]) == (1, "raised", "fall")
    assert told["alert"]["camera"]["name"] == "东口"

    connection = await asyncpg.connect(database_url)
    try:
        alert = await connection.fetchrow("select kind, state, severity from alert")
        assert tuple(alert) == ("fall", "raised", "critical")
        stored = await connection.fetchval("select password from stream_profile")
        assert PASSWORD.encode() not in stored
    finally:
        await connection.close()

    picture = cv2.imdecode(
        np.frombuffer(await server.get(told["alert"]["snapshot_url"]), np.uint8), cv2.IMREAD_COLOR
    )
    assert picture is not None and picture.shape[1] >= 640

    event = (await server.get("/api/v1/alerts/1"))["events"][-1]
    assert {curve["name"] for curve in event["curves"]} >= {"height", "trunk_deg", "fast_drop"}
    assert (event["rule_version"].split("-")[0], event["models"][0]["name"]) == ("fall", "movenet_multipose")
    strip = cv2.imdecode(np.frombuffer(await server.get(event["strip_url"]), np.uint8), cv2.IMREAD_COLOR)
    assert strip is not None and strip.shape[1] > 5 * 250, "five frames side by side"

    action = {"room_id": 1, "author": "王芳"}
    taken = await server.post("/api/v1/alerts/1/acknowledge", action)
    assert (taken.status_code, taken.json()["taken_by"]) == (200, "王芳")
    second = await server.post("/api/v1/alerts/1/acknowledge", {**action, "author": "李明"})
    assert (second.status_code, second.json()["context"]["taken_by"]) == (409, "王芳")

    # Somebody who comes later, or comes back, is told all of it once and in order.
    async with server.room_socket(0) as socket:
        kinds = {}
        while "acknowledged" not in kinds:
            message = await next_notification(socket)
            assert message["seq"] == len(kinds) + 1 or message["kind"] == "repeated"
            kinds[message["kind"]] = message["seq"]
    assert kinds["raised"] == 1

    assert await server.stop() == 0
    assert PASSWORD not in server.errors


async def test_when_the_camera_dies_it_is_said_and_when_it_returns_alerts_flow_again(
    server: VmsProcess, camera: SimulatorProcess
) -> None:
    async with server.room_socket(0) as socket:
        await register(server, camera)
        first = await next_notification(socket)
        await camera.kill()

        async def is_told() -> bool:
            return await stream_state(server) == "offline"

        await until(is_told, within_s=30)
        (listed,) = (await server.get("/api/v1/cameras"))["cameras"]
        error = listed["profiles"][0]["error"]
        assert error["code"] in {"camera_refused", "stream_ended"}
        assert error["message"]["zh"] and error["message"]["en"]
        ready = await server.get("/readyz")  # a dead camera does not make the server unready
        assert ready["status"] == "ready"

        alert_id = first["alert"]["id"]
        for verb in ("acknowledge", "resolve"):
            await server.post(f"/api/v1/alerts/{alert_id}/{verb}", {"room_id": 1, "author": "王芳"})
        about_cameras = []
        while not about_cameras:
            told = await next_notification(socket, within_s=60)
            about_cameras += [told] if told["alert"]["kind"] == "camera_offline" else []
        assert (about_cameras[0]["kind"], about_cameras[0]["alert"]["outage"]["cameras"]) == ("raised", 1)
        await camera.start()
        while told["kind"] != "raised" or told["alert"]["kind"] == "camera_offline":
            told = await next_notification(socket, within_s=120)
    assert told["alert"]["id"] != alert_id
    assert await stream_state(server) == "live"


async def test_after_a_kill_and_a_restart_nothing_is_lost_doubled_or_orphaned(
    tmp_path: Path, camera: SimulatorProcess
) -> None:
    """On the embedded Postgres, as in the demo."""
    data = tmp_path / "data"
    server = VmsProcess(data)
    await server.start()
    try:
        async with server.room_socket(0) as socket:
            await register(server, camera)
            told = await next_notification(socket)
        recordings = data / "recordings"
        await until(lambda: any(recordings.rglob("*.part")))
        before = await server.get("/api/v1/rooms/1/wall")
        await server.kill()

        await server.start()
        after = await server.get("/api/v1/rooms/1/wall")
        assert [alert["id"] for alert in after["alerts"]] == [alert["id"] for alert in before["alerts"]]
        assert after["alerts"][0]["id"] == told["alert"]["id"]
        async with server.room_socket(0) as socket:
            seqs = [(await next_notification(socket))["seq"] for _ in range(after["last_seq"])]
        assert seqs == list(range(1, after["last_seq"] + 1))
        await until(lambda: any(recordings.rglob("*.part")))  # it records again
        await server.stop()
    finally:
        if server.running:
            await server.kill()

    # In order of time: what was being written at the kill, and what was written after it. Each is whole.
    files = sorted(recordings.rglob("*.*"))
    assert len(files) >= 2
    assert {path.suffix for path in files} == {".mp4"}
    for path in files:
        with av.open(str(path)) as container:
            assert sum(1 for packet in container.demux(video=0) if packet.size) > 0
    assert await rows_of(data) == {path.relative_to(recordings).as_posix() for path in files}


async def rows_of(data: Path) -> set[str]:
    from runtime.clock import SystemClock
    from runtime.postgres import embedded_postgres

    async with embedded_postgres(data / "postgres", clock=SystemClock()) as url:
        connection = await asyncpg.connect(url)
        try:
            rows = await connection.fetch("select * from segment")
            return {chained_segment_of(row).segment.path for row in rows}
        finally:
            await connection.close()


async def test_whoever_registers_a_camera_is_told_what_is_wrong_with_it(
    server: VmsProcess, camera: SimulatorProcess
) -> None:
    good = {"name": "东口", "url": camera.urls["fall"], "username": "admin", "password": PASSWORD}
    base = camera.urls["fall"].removesuffix("fall")
    for changes, code in [
        ({"password": "wrong"}, "camera_unauthorised"),
        ({"url": f"{base}nowhere"}, "stream_path_not_found"),
        ({"url": "rtsp://127.0.0.1:1/fall"}, "camera_refused"),
        ({"url": "http://127.0.0.1/fall"}, "invalid_stream_url"),
        ({"url": "rtsp://127.0.0.1/a fall"}, "invalid_stream_url"),
        ({"zones": [{"name": "z", "polygon": [[0, 0], [1, 1]], "crowd_limit": 3}]}, "zone_too_few_points"),
        (
            {"zones": [{"name": "z", "polygon": [[0, 0], [1, 1], [1, 0], [0, 1]], "crowd_limit": 3}]},
            "zone_crosses_itself",
        ),
        (
            {"zones": [{"name": "z", "polygon": [[0, 0], [2, 0], [0, 1]], "crowd_limit": 3}]},
            "zone_point_outside",
        ),
        ({"unit": "月球"}, "unit_unknown"),
        ({"name": " "}, "request_invalid"),
    ]:
        answer = await server.post("/api/v1/cameras", {**good, **changes})
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, code), problem
        assert problem["detail"] and problem["detail_zh"]
        assert PASSWORD not in answer.text
    assert (await server.get("/api/v1/cameras"))["cameras"] == []
    await register(server, camera)
    assert (await server.post("/api/v1/cameras", good)).json()["code"] == "camera_name_taken"
