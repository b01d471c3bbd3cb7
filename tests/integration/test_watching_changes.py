"""What is watched of a camera and how, changed while it runs: zones, hours, masks, streams; over HTTP and in the history."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from alerts import store as alert_store
from alerts.alert import AlertId
from alerts.capture import Capture
from alerts.journal import Journal
from alerts.lifecycle import Lifecycle
from detectors.event import ZoneId
from detectors.hours import Hours
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.vault import Vault
from streams.mask import Mask
from tests.fakes.events import PICTURES, crowd_event
from tests.fakes.registry_client import registry_client
from vms.cameras.registry import Registry
from vms.cameras.watch import Watch

API = "/api/v1/cameras"
SQUARE = {"name": "广场", "polygon": [[0, 0.3], [1, 0.3], [1, 1], [0, 1]], "crowd_limit": 8}
STEPS = {"name": "台阶", "polygon": [[0, 0], [0.5, 0], [0.5, 0.5]], "rules": ["fall"], "hours": "22:00-06:00"}
CORNER = [[0, 0], [0.3, 0], [0.3, 0.2]]


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Registry:
    return Registry(database=database, vault=Vault.open(tmp_path / "key"))


@pytest.fixture
async def client(database: Database, registry: Registry) -> AsyncIterator[httpx.AsyncClient]:
    async with registry_client(database, registry) as client:
        yield client


async def register(client: httpx.AsyncClient, name: str = "东口", **body: object) -> dict[str, Any]:
    number = 5 if name == "东口" else 6
    camera = {"name": name, "url": f"rtsp://10.0.0.{number}/main", "probe": False, "author": "王", **body}
    answer = await client.post(API, json=camera)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def put_zones(client: httpx.AsyncClient, *zones: object, match: str | None = "*") -> httpx.Response:
    headers = {} if match is None else {"if-match": match}
    body = {"author": "李", "zones": zones}
    return await client.put(f"{API}/1/zones", json=body, headers=headers)


async def patch(client: httpx.AsyncClient, **body: object) -> httpx.Response:
    return await client.patch(
        f"{API}/1", json={"author": "李", "probe": False, **body}, headers={"if-match": "*"}
    )


async def watches(registry: Registry) -> dict[int, Watch]:
    found = await registry.watches(on_unreadable=lambda *_: pytest.fail("unreadable"))
    return {watch.camera.id: watch for watch in found}


async def test_zones_are_read_and_written_whole_and_one_that_keeps_its_name_keeps_its_id(
    client: httpx.AsyncClient,
) -> None:
    await register(client, zones=[SQUARE])
    answer = await client.get(f"{API}/1/zones")
    (square,) = answer.json()["zones"]
    assert answer.headers["etag"] == '"1"'
    assert (square["name"], square["crowd_limit"], square["hours"], square["area_m2"]) == (
        "广场",
        8,
        None,
        None,
    )

    answer = await put_zones(client, STEPS, SQUARE | {"crowd_limit": 20}, match='"1"')
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    by_name = {zone["name"]: zone for zone in answer.json()["zones"]}
    assert by_name["广场"]["id"] == square["id"] and by_name["广场"]["crowd_limit"] == 20
    assert by_name["台阶"]["hours"] == "22:00-06:00"

    # Another order is no change.
    answer = await put_zones(client, SQUARE | {"crowd_limit": 20}, STEPS)
    assert answer.headers["etag"] == '"2"'
    assert (await put_zones(client)).json() == {"zones": []}
    back = (await put_zones(client, SQUARE)).json()["zones"][0]
    assert back["id"] == square["id"]


async def test_a_set_of_zones_is_in_the_history_with_its_author(client: httpx.AsyncClient) -> None:
    await register(client, zones=[SQUARE])
    await put_zones(client, SQUARE | {"hours": "工作日 7:00-22:00"})
    last = (await client.get(f"{API}/1/versions")).json()[-1]
    assert (last["version"], last["author"], list(last["changes"])) == (2, "李", ["zones"])
    before, after = last["changes"]["zones"]
    assert before[0]["hours"] is None and after[0]["hours"] == "mon-fri 07:00-22:00"
    assert "id" not in after[0]


REFUSED_ZONES: list[tuple[list[object], str]] = [
    ([SQUARE, SQUARE], "zone_name_doubled"),
    ([SQUARE | {"polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}], "zone_crosses_itself"),
    ([SQUARE | {"polygon": [[0, 0], [1.2, 0], [1, 1]]}], "zone_point_outside"),
    ([SQUARE | {"polygon": [[0, 0], [0.01, 0], [0.01, 0.01]]}], "zone_too_small"),
    ([SQUARE | {"name": str(number)} for number in range(17)], "zones_too_many"),
    ([SQUARE | {"crowd_limit": None}], "zone_limit_missing"),
    ([SQUARE | {"rules": []}], "zone_without_rule"),
    ([SQUARE | {"hours": "always"}], "hours_unreadable"),
    ([SQUARE | {"name": "x" * 101}], "text_invalid"),
    ([SQUARE | {"ground": {"points": [[0.1, 0.4]] * 4, "metres": [1, 1]}}], "ground_points_in_line"),
    ([SQUARE | {"colour": "red"}], "request_invalid"),
]


async def test_zones_that_cannot_be_are_refused_and_change_nothing(client: httpx.AsyncClient) -> None:
    camera = await register(client, zones=[STEPS])
    for zones, code in REFUSED_ZONES:
        answer = await put_zones(client, *zones)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert (await client.get(f"{API}/1/zones")).json()["zones"] == camera["zones"]
    assert len((await client.get(f"{API}/1/versions")).json()) == 1


async def test_a_set_of_zones_names_the_version_that_it_is_meant_for(client: httpx.AsyncClient) -> None:
    await register(client)
    assert (await put_zones(client, SQUARE, match=None)).status_code == 428
    assert (await put_zones(client, SQUARE, match='"7"')).status_code == 412
    assert (await put_zones(client, SQUARE, match='"1"')).status_code == 200
    assert (await put_zones(client, STEPS, match='"1"')).status_code == 412
    assert (await client.get(f"{API}/9/zones")).status_code == 404


async def test_a_zone_goes_while_its_alert_is_open_and_the_alert_is_dealt_with_as_ever(
    client: httpx.AsyncClient, database: Database, tmp_path: Path
) -> None:
    camera = await register(client, zones=[SQUARE])
    zone = ZoneId(camera["zones"][0]["id"])
    capture = Capture(
        database=database, journal=Journal(tmp_path / "journal", capacity=5), clock=SystemClock()
    )
    event = crowd_event(1, zone_id=zone, zone_name="广场")
    await capture.submit(event, PICTURES)
    assert (await put_zones(client, STEPS)).status_code == 200
    # One more was on its way.
    await capture.submit(crowd_event(1, zone_id=zone, zone_name="广场"), PICTURES)
    assert capture.stats.journalled == 0
    async with database.connection() as connection:
        alert = await alert_store.alert(connection, AlertId(1))
    assert alert is not None and (alert.zone_name, alert.event_count) == ("广场", 2)
    lifecycle = Lifecycle(database=database, clock=SystemClock())
    for verb in ("acknowledge", "resolve"):
        await lifecycle.apply(verb, AlertId(1), author="李", room_id=1, note="")  # type: ignore[arg-type]
    assert [each["name"] for each in (await client.get(f"{API}/1")).json()["zones"]] == ["台阶"]


async def test_a_running_camera_takes_each_change_and_its_neighbour_does_not_notice(
    client: httpx.AsyncClient, registry: Registry
) -> None:
    await register(client, sub_url="rtsp://10.0.0.5/sub")
    await register(client, "西口", zones=[SQUARE])
    before = await watches(registry)
    await put_zones(client, SQUARE, STEPS)
    for change in (
        {"hours": {"fall": "22:00-06:00"}},
        {"masks": [CORNER]},
        {"recorded": "both"},
        {"analysed": "main"},
    ):
        answer = await patch(client, **change)
        assert answer.status_code == 200, answer.text
        assert {name: answer.json()[name] for name in change} == change
    watch, neighbour = (await watches(registry)).values()
    assert not watch.is_watched_like(before[1]) and neighbour == before[2]
    assert [zone.name for zone in watch.zones] == ["广场", "台阶"]
    assert watch.hours == {"fall": Hours.parse("22:00-06:00")}
    assert watch.mask == Mask((((0.0, 0.0), (0.3, 0.0), (0.3, 0.2)),))
    assert [(p.name, p.recorded, p.analysed) for p in watch.camera.profiles] == [
        ("main", True, True),
        ("sub", True, False),
    ]
    shown = (await client.get(f"{API}/1")).json()
    assert [(p["name"], p["recorded"], p["analysed"]) for p in shown["profiles"]] == [
        ("main", True, True),
        ("sub", True, False),
    ]
    versions = (await client.get(f"{API}/1/versions")).json()
    assert [list(version["changes"]) for version in versions[2:]] == [
        ["hours"], ["masks"], ["recorded"], ["analysed"]
    ]  # fmt: skip
    assert versions[3]["changes"] == {"masks": [[], [[[0.0, 0.0], [0.3, 0.0], [0.3, 0.2]]]]}


REFUSED_CHANGES: list[tuple[dict[str, object], str]] = [
    ({"recorded": "sub"}, "profile_missing"),
    ({"recorded": "both"}, "profile_missing"),
    ({"analysed": "sub"}, "profile_missing"),
    ({"recorded": "none"}, "request_invalid"),
    ({"hours": {"fall": "late"}}, "hours_unreadable"),
    ({"hours": {"theft": "07:00-08:00"}}, "request_invalid"),
    ({"masks": [[[0, 0], [1, 1]]]}, "zone_too_few_points"),
    ({"masks": [[[0, 0], [1, 1], [1, 0], [0, 1]]]}, "zone_crosses_itself"),
    ({"masks": [[[0, 0], [0.01, 0], [0.01, 0.001]]]}, "zone_too_small"),
    ({"masks": [CORNER] * 17}, "masks_too_many"),
]


async def test_a_change_that_cannot_be_is_named(client: httpx.AsyncClient) -> None:
    await register(client)
    for change, code in REFUSED_CHANGES:
        answer = await patch(client, **change)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert len((await client.get(f"{API}/1/versions")).json()) == 1


async def test_a_camera_is_registered_with_all_of_it(client: httpx.AsyncClient) -> None:
    given = {"hours": {"crowd": "07:00-22:00"}, "masks": [CORNER], "recorded": "sub", "analysed": "sub"}
    camera = await register(client, sub_url="rtsp://10.0.0.5/sub", zones=[SQUARE, STEPS], **given)
    assert {name: camera[name] for name in given} == given
    assert [zone["name"] for zone in camera["zones"]] == ["广场", "台阶"]


async def test_hours_and_masks_are_taken_away_again(client: httpx.AsyncClient, registry: Registry) -> None:
    await register(client, hours={"crowd": "07:00-22:00"}, masks=[CORNER])
    answer = await patch(client, hours={}, masks=[])
    assert (answer.json()["hours"], answer.json()["masks"]) == ({}, [])
    (watch,) = (await watches(registry)).values()
    assert (watch.hours, watch.mask) == ({}, None)


async def test_the_database_itself_has_one_stream_of_a_camera_analysed(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, sub_url="rtsp://10.0.0.5/sub")
    with pytest.raises(asyncpg.ExclusionViolationError):
        async with database.transaction() as connection:
            await connection.execute("update stream_profile set analysed = true")


async def test_cameras_whose_filing_is_overdue_are_listed(
    client: httpx.AsyncClient, database: Database
) -> None:
    for number, facts in enumerate(
        ({}, {}, {"filed_on": "2026-01-02"}, {"filing_number": "鄂 1"}, {"place_category": "private"})
    ):
        body = {"name": str(number), "url": f"rtsp://10.0.1.{number}/x", "probe": False, **facts}
        assert (await client.post(API, json=body)).status_code == 201
    async with database.connection() as connection:
        await connection.execute("update camera set created_at = now() - interval '31 days' where id <> 1")

    async def names(filing: str) -> list[str]:
        answer = await client.get(API, params={"filing": filing})
        return [camera["name"] for camera in answer.json()["cameras"]]

    assert await names("overdue") == ["1"]
    assert await names("missing") == ["0", "1"]
    assert (await client.get(API, params={"filing": "lost"})).status_code == 422
