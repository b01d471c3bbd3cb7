"""The HTTP and WebSocket edge on a real server and a real Postgres, without cameras."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from alerts.capture import Capture
from alerts.journal import Journal
from alerts.lifecycle import Lifecycle
from alerts.outbox import Outbox
from detectors.event import Curve, ModelFact, Pictures
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.listen import listen
from runtime.vault import Vault
from streams.onvif.settings import OnvifSettings
from tests.fakes.events import NOON, PICTURES, add_camera, crowd_event, fall_event
from tests.fakes.evidence_desk import desk_in
from tests.fakes.wait import until
from vms.api.app import create_app
from vms.api.deps import Parts
from vms.cameras.registry import Registry
from vms.cluster.identity import identity_of
from vms.cluster.keeper import Keeper
from vms.cluster.settings import WorkerSettings
from vms.devices.device_desk import DeviceDesk
from vms.devices.event_watch import EventWatch
from vms.health.condition_log import ConditionLog
from vms.health.history import HealthHistory
from vms.health.readiness import Health
from vms.http_server import HttpServer, listen_on
from vms.metrics import Metrics
from vms.rooms.hub import Hub


@dataclass
class House:
    url: str
    database: Database
    capture: Capture
    camera_id: int

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "api/v1/rooms/1/socket"


@pytest.fixture
async def house(database: Database, database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    clock = SystemClock()
    async with database.connection() as connection:
        camera_id = await add_camera(connection)
    capture = Capture(database=database, journal=Journal(tmp_path / "journal", capacity=10), clock=clock)
    hub = Hub()
    devices = EventWatch(database=database, clock=clock, settings=OnvifSettings())
    parts = Parts(
        database=database,
        registry=Registry(database=database, vault=Vault.open(tmp_path / "key")),
        history=HealthHistory(database=database, clock=clock, time_zone=UTC),
        lifecycle=Lifecycle(database=database, clock=clock),
        outbox=Outbox(database),
        hub=hub,
        health=Health(
            database=database,
            models=(ModelFact(name="movenet", sha256="ab" * 32),),
            uses=(),
            streams=dict,
            analyses=dict,
            recorders=dict,
            failed_cameras=lambda: 0,
        ),
        metrics=Metrics(
            streams=dict,
            analyses=dict,
            recorders=dict,
            conditions=ConditionLog(database=database, clock=clock),
            devices=devices,
            capture=capture.stats,
            hub=hub,
            keeper=Keeper(
                database=database,
                clock=clock,
                settings=WorkerSettings(),
                identity=identity_of("a", tmp_path, embedded=False),
                stop=lambda _cameras: asyncio.sleep(0),
                on_gained=lambda: None,
            ),
            cpu_seconds=lambda: 1.5,
        ),
        event_watch=devices,
        desk=DeviceDesk(clock=clock, settings=OnvifSettings()),
        evidence=desk_in(tmp_path, database, clock),
        clock=clock,
    )
    server = HttpServer(create_app(parts), listener := listen_on("127.0.0.1", 0))
    bell = asyncio.create_task(
        listen(database_url, ["notification"], on_ring=lambda _c, payload: hub.ring(payload), clock=clock)
    )
    serving = asyncio.create_task(server.run_until_cancelled())
    await server.answering.wait()
    yield House(url=server.url, database=database, capture=capture, camera_id=camera_id)
    for task in (serving, bell):
        task.cancel()
    await asyncio.gather(serving, bell, return_exceptions=True)
    listener.close()


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=house.url) as client:
        yield client


async def test_the_page_is_served_under_a_strict_policy(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    script = await client.get("/web/app.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cache-control"] == "no-cache"
    assert (await client.get("/web/../sql/schema.sql")).status_code == 404


async def test_a_request_for_another_host_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz", headers={"host": "evil.example"})).status_code == 400


async def test_another_sites_page_may_change_nothing(house: House, client: httpx.AsyncClient) -> None:
    await house.capture.submit(fall_event(house.camera_id), PICTURES)
    action = {"room_id": 1, "author": "x"}
    refused = await client.post(
        "/api/v1/alerts/1/acknowledge", json=action, headers={"origin": "https://evil.example"}
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "origin_refused")
    with pytest.raises(InvalidStatus):
        async with connect(house.socket_url, origin="https://evil.example", proxy=None):  # type: ignore[arg-type]
            pass
    own = await client.post(
        "/api/v1/alerts/1/acknowledge", json=action, headers={"origin": house.url.rstrip("/")}
    )
    assert own.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/api/v1/alerts/77", None, 404, "alert_unknown"),
        ("GET", "/api/v1/alerts/77/snapshot.jpg", None, 404, "snapshot_unknown"),
        ("GET", "/api/v1/events/00000000-0000-0000-0000-000000000077/strip.jpg", None, 404, "strip_unknown"),
        ("GET", "/api/v1/events/77/strip.jpg", None, 422, "request_invalid"),
        ("GET", "/api/v1/alerts/x", None, 422, "request_invalid"),
        ("GET", "/api/v1/alerts/99999999999999999999", None, 422, "request_invalid"),
        ("GET", "/api/v1/rooms/9/wall", None, 404, "room_unknown"),
        ("GET", "/api/v1/nothing", None, 404, "not_found"),
        ("POST", "/api/v1/alerts/77/acknowledge", {"room_id": 1, "author": "x"}, 404, "alert_unknown"),
        ("POST", "/api/v1/alerts/77/explode", {"room_id": 1, "author": "x"}, 422, "request_invalid"),
        ("POST", "/api/v1/alerts/77/acknowledge", {"room_id": 1, "author": " "}, 422, "request_invalid"),
        ("POST", "/api/v1/alerts/77/acknowledge", {"room_id": 1}, 422, "request_invalid"),
        ("POST", "/api/v1/cameras", {"name": "x"}, 422, "request_invalid"),
    ],
)
async def test_every_refusal_is_a_problem_in_two_languages(
    client: httpx.AsyncClient, method: str, path: str, body: object, status: int, code: str
) -> None:
    answer = await client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] and answer.json()["detail_zh"]


PLAN = {"points": [[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8]], "metres": [6, 3]}


def camera_on(ground: object) -> dict[str, object]:
    square = {"name": "广场", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "crowd_limit": 8, "ground": ground}
    return {"name": "北口", "url": "rtsp://10.0.0.9/main", "probe": False, "zones": [square]}


async def test_a_zone_may_be_registered_with_its_ground(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/cameras", json=camera_on(PLAN))
    assert answer.status_code == 201, answer.text
    (zone,) = answer.json()["zones"]
    assert zone["ground"] == PLAN
    assert zone["area_m2"] == 50.0


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"points": [[0.1, 0.1], [0.5, 0.5], [0.9, 0.9], [0.1, 0.9]]}, "ground_points_in_line", "移开"),
        ({"metres": [3, 4, 3, 4, 9]}, "ground_distances_disagree", "重新测量"),
        ({"metres": [6000, 3]}, "ground_distance_impossible", "米"),
        ({"points": [[0.35, 0.4], [0.65, 0.4], [0.9, 0.9], [0.1, 0.9]]}, "ground_beyond_horizon", "地平线"),
        ({"metres": ["six", 3]}, "request_invalid", ""),
    ],
)
async def test_ground_that_is_none_is_refused_with_what_to_do(
    client: httpx.AsyncClient, changes: dict[str, object], code: str, words: str
) -> None:
    answer = await client.post("/api/v1/cameras", json=camera_on({**PLAN, **changes}))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code), problem
    assert words in problem["detail_zh"]


async def test_an_alert_is_read_with_its_events_and_why_they_were_stated(
    house: House, client: httpx.AsyncClient
) -> None:
    curve = Curve(name="height", at_s=(1.0, 2.0), values=(1.0, 0.3), limit=0.62)
    first = fall_event(house.camera_id, curves=(curve,))
    second = fall_event(house.camera_id, occurred_at=NOON + timedelta(seconds=3))
    await house.capture.submit(first, PICTURES)
    await house.capture.submit(second, Pictures(snapshot=b"no strip"))
    latest, earliest = (await client.get("/api/v1/alerts/1")).json()["events"]
    assert (latest["id"], latest["strip_url"]) == (str(second.id), None)
    assert earliest["curves"] == [{"name": "height", "at_s": [1.0, 2.0], "values": [1.0, 0.3], "limit": 0.62}]
    assert (earliest["rule_version"], earliest["models"][0]["name"]) == ("fall 1", "movenet")
    strip = await client.get(earliest["strip_url"])
    assert (strip.content, strip.headers["content-type"]) == (PICTURES.strip, "image/jpeg")


async def test_the_wall_is_one_instant_and_the_socket_goes_on_from_it(
    house: House, client: httpx.AsyncClient
) -> None:
    await house.capture.submit(fall_event(house.camera_id), PICTURES)
    wall = (await client.get("/api/v1/rooms/1/wall")).json()
    assert (wall["last_seq"], [alert["state"] for alert in wall["alerts"]]) == (1, ["raised"])
    async with connect(f"{house.socket_url}?since={wall['last_seq']}", proxy=None) as socket:
        assert json.loads(await socket.recv()) == {"type": "hello", "room_id": 1, "last_seq": 1}
        await house.capture.submit(crowd_event(house.camera_id), PICTURES)
        told = json.loads(await socket.recv())
    assert (told["seq"], told["kind"], told["alert"]["kind"]) == (2, "raised", "crowd")


async def test_a_session_that_comes_back_gets_what_it_missed_once_and_in_order(house: House) -> None:
    async def hear(since: int, count: int) -> list[int]:
        async with connect(f"{house.socket_url}?since={since}", proxy=None) as socket:
            await socket.recv()  # hello
            return [json.loads(await socket.recv())["seq"] for _ in range(count)]

    for _ in range(450):  # more than one reading of the outbox
        await house.capture.submit(fall_event(house.camera_id), PICTURES)
    assert await hear(0, 450) == list(range(1, 451))
    assert await hear(440, 10) == list(range(441, 451))


async def test_an_unknown_room_is_said_and_the_socket_closed(house: House) -> None:
    async with connect(house.socket_url.replace("rooms/1", "rooms/9"), proxy=None) as socket:
        assert json.loads(await socket.recv())["code"] == "room_unknown"
        with pytest.raises(ConnectionClosed):
            await socket.recv()
    assert socket.close_code == 4404


async def test_a_wall_that_left_is_forgotten(house: House, client: httpx.AsyncClient) -> None:
    async def sessions(count: int) -> bool:
        return f"vms_room_sessions {count}.0" in (await client.get("/metrics")).text

    async with connect(house.socket_url, proxy=None):
        await until(lambda: sessions(1))
    await until(lambda: sessions(0))


async def test_while_the_database_is_away_the_server_says_so_and_the_wall_goes_on_after_it(
    house: House, client: httpx.AsyncClient, postgres_url: str
) -> None:
    assert (await client.get("/readyz")).status_code == 200
    name = urlsplit(house.database.url).path.removeprefix("/")
    admin = await asyncpg.connect(postgres_url)
    async with connect(house.socket_url, proxy=None) as socket:
        await socket.recv()  # hello
        await admin.execute(f"alter database {name} with allow_connections false")
        await admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert not answer.json()["checks"]["database"]["ok"]
        refused = await client.get("/api/v1/rooms")
        assert (refused.status_code, refused.json()["code"]) == (503, "database_unavailable")
        assert (await client.get("/healthz")).status_code == 200
        await house.capture.submit(fall_event(house.camera_id), PICTURES)
        assert house.capture.stats.journalled == 1

        await admin.execute(f"alter database {name} with allow_connections true")
        delivery = asyncio.create_task(house.capture.run())
        while True:
            told = json.loads(await socket.recv())
            if told["type"] == "notification":
                break
        delivery.cancel()
    assert (told["seq"], told["kind"]) == (1, "raised")
    await admin.close()
