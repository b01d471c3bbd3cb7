"""Cameras over HTTP: pages and filters, ETag and If-Match, removal and history."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from runtime.database import Database
from runtime.vault import Vault
from tests.fakes.camera_sheets import district_rows, district_sheet
from tests.fakes.conditions import Seen
from tests.fakes.registry_client import registry_client
from vms.cameras.draft import CameraDraft
from vms.cameras.registry import Registry

API = "/api/v1/cameras"
CODE = "42010200001320000001"


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Registry:
    return Registry(database=database, vault=Vault.open(tmp_path / "key"))


@pytest.fixture
async def client(database: Database, registry: Registry) -> AsyncIterator[httpx.AsyncClient]:
    async with registry_client(database, registry) as client:
        yield client


async def register(client: httpx.AsyncClient, name: str = "东口", **body: object) -> httpx.Response:
    camera = {"name": name, "url": "rtsp://10.0.0.5/main", "probe": False, "author": "王", **body}
    answer = await client.post(API, json=camera)
    assert answer.status_code == 201, answer.text
    return answer


async def patch(client: httpx.AsyncClient, match: str | None, **body: object) -> httpx.Response:
    headers = {} if match is None else {"if-match": match}
    return await client.patch(f"{API}/1", json={"author": "李", **body}, headers=headers)


async def names(client: httpx.AsyncClient, **query: Any) -> list[str]:
    answer = await client.get(API, params=query)
    assert answer.status_code == 200, answer.text
    return [camera["name"] for camera in answer.json()["cameras"]]


async def test_a_camera_is_registered_read_and_changed_with_all_its_facts(
    client: httpx.AsyncClient,
) -> None:
    new = await register(
        client,
        code=CODE,
        place_kind="路口",
        place_category="其他公共场所",
        filed_on="2026-03-01",
        retention_days=7,
    )
    assert new.headers["etag"] == '"1"'
    read = await client.get(f"{API}/1")
    camera = read.json()
    assert (read.headers["etag"], camera["place_kind"], camera["place_category"]) == (
        '"1"',
        "crossing",
        "other_public",
    )
    assert (camera["address"], camera["filed_on"], camera["code"]) == ("10.0.0.5", "2026-03-01", CODE)
    changed = await patch(
        client, '"1"', place="东口北侧", code=None, sub_url="rtsp://10.0.0.5/sub", probe=False
    )
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    assert (changed.json()["place"], changed.json()["code"]) == ("东口北侧", None)
    assert [profile["name"] for profile in changed.json()["profiles"]] == ["main", "sub"]
    assert changed.json()["filed_on"] == "2026-03-01"  # what is not sent stays
    history = (await client.get(f"{API}/1/versions")).json()
    assert [(line["version"], line["author"]) for line in history] == [(1, "王"), (2, "李")]
    assert history[1]["changes"]["code"] == [CODE, None]


async def test_a_change_must_name_the_version_it_is_meant_for(client: httpx.AsyncClient) -> None:
    await register(client)
    for match, status, code in (
        (None, 428, "version_missing"),
        ("1", 400, "version_unreadable"),
        ('W/"1"', 400, "version_unreadable"),
        ('"7"', 412, "version_stale"),
    ):
        answer = await patch(client, match, place="x")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await patch(client, "*", place="x")).headers["etag"] == '"2"'
    gone = f"{API}/1?author=王"
    assert (await client.delete(gone)).status_code == 428
    assert (await client.delete(gone, headers={"if-match": '"1"'})).status_code == 412
    assert (await client.delete(gone, headers={"if-match": '"2"'})).status_code == 204
    assert (await client.get(f"{API}/1")).status_code == 404
    assert len((await client.get(f"{API}/1/versions")).json()) == 3


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"code": "1"}, 422, "code_invalid"),
        ({"place_kind": "更衣室"}, 422, "place_forbidden"),
        ({"place": "更衣室"}, 422, "place_kind_needed"),
        ({"retention_days": 3}, 422, "retention_too_short"),
        ({"onvif_port": 0}, 422, "onvif_port_invalid"),
        ({"retention_days": 10**30}, 422, "retention_invalid"),
        ({"filed_on": "yesterday"}, 422, "request_invalid"),
        ({"longitude": 5}, 422, "position_invalid"),
        ({"main_url": "rtsp://169.254.169.254/latest"}, 422, "address_of_metadata"),
        ({"main_url": "rtsp://127.0.0.1:5432/"}, 422, "address_refused"),
        ({"main_url": "http://10.0.0.5/"}, 422, "invalid_stream_url"),
        ({"unit": "月球"}, 422, "unit_unknown"),
        ({"name": " "}, 422, "request_invalid"),
        ({"name": "a\x00b"}, 422, "text_invalid"),
        ({"password": "a\x00b", "serial": "x" * 999}, 422, "text_invalid"),
        ({"colour": "red"}, 422, "request_invalid"),
    ],
)
async def test_a_bad_change_is_a_problem_in_two_languages(
    client: httpx.AsyncClient, body: dict[str, object], status: int, code: str
) -> None:
    await register(client)
    answer = await patch(client, '"1"', **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json()["detail_zh"]
    assert (await client.get(f"{API}/1")).headers["etag"] == '"1"'


async def test_the_list_comes_in_pages_without_a_camera_twice_or_missing(
    client: httpx.AsyncClient,
) -> None:
    for number in range(5):
        await register(client, f"{number} 号")
    seen, cursor, pages = [], None, 0
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(API, params=query)).json()
        seen += [camera["name"] for camera in page["cameras"]]
        pages, cursor = pages + 1, page["next"]
        if cursor is None:
            break
    assert (seen, pages) == ([f"{number} 号" for number in range(5)], 3)
    for bad in ({"cursor": "x"}, {"cursor": "9" * 19}, {"cursor": "-1"}):
        assert (await client.get(API, params=bad)).json()["code"] == "cursor_invalid"
    for bad_query in ({"limit": "0"}, {"limit": "1001"}, {"state": "asleep"}):
        assert (await client.get(API, params=bad_query)).status_code == 422


async def test_the_list_is_filtered_by_subtree_text_and_switch(
    client: httpx.AsyncClient, registry: Registry
) -> None:
    units = registry.units
    top = await units.add(name="江岸区", level="district", parent_id=None, code=None, author="王")
    street = await units.add(name="一元街道", level="street", parent_id=top.id, code=None, author="王")
    await register(client, "东口", unit="一元街道", place="100% 小学_东门", make="Hik")
    await register(client, "西口", unit="江岸区", url="rtsp://10.0.7.7/main", code=CODE)
    await register(client, "南口")
    assert await names(client, unit=top.id) == ["东口", "西口"]
    assert await names(client, unit=street.id) == ["东口"]
    assert await names(client, text="10.0.7") == ["西口"]
    assert await names(client, text="hik 小学") == ["东口"]
    assert await names(client, text="hik 西口") == []
    assert await names(client, text="0% 小学_") == ["东口"]
    assert await names(client, text="%") == ["东口"]  # no pattern: the character
    assert await names(client, text=CODE[:10], unit=top.id) == ["西口"]
    await patch(client, '"1"', enabled=False)
    assert await names(client, enabled=False) == ["东口"]
    assert await names(client, state="disabled") == ["东口"]
    assert await names(client, enabled=True) == ["西口", "南口"]
    assert (await client.get(API, params={"unit": 999})).json()["code"] == "unit_id_unknown"


async def test_a_camera_has_the_state_of_its_worst_stream(
    client: httpx.AsyncClient, registry: Registry, database: Database
) -> None:
    seen = Seen(database)

    def see(number: int, **states: str) -> None:
        for profile, state in states.items():
            cause = ["refused"] if state == "offline" else []
            seen.note(number, state, *cause, profile=profile)

    for name in ("活", "半死", "半新", "新", "死"):
        await registry.register(
            CameraDraft(name=name, url="rtsp://10.0.0.5/main", sub_url="rtsp://10.0.0.5/sub"), probe=False
        )
    see(1, main="live", sub="live")
    see(2, main="live", sub="frozen")
    see(3, main="live")
    see(5, main="offline", sub="frozen")
    await seen.write()
    for state, expected in (
        ("live", ["活"]),
        ("frozen", ["半死"]),
        ("not_watched", ["半新", "新"]),
        ("offline", ["死"]),
        ("stalled", []),
    ):
        assert await names(client, state=state) == expected, state
    (dead,) = (await client.get(API, params={"state": "offline"})).json()["cameras"]
    assert [profile["causes"] for profile in dead["profiles"]] == [["refused"], []]


async def test_a_room_sees_the_cameras_of_its_subtree_only(
    client: httpx.AsyncClient, registry: Registry
) -> None:
    await registry.units.add(name="别处", level="community", parent_id=None, code=None, author="王")
    await registry.units.add(name="第一网格", level="grid", parent_id=None, code=None, author="王")
    grid = (await registry.units.tree()).find("第一网格")
    first = (await registry.units.tree()).find("示范社区")
    await registry.units.move(grid.id, first.id, author="王")
    await register(client, "东口")
    await register(client, "西口", unit="第一网格")
    await register(client, "南口", unit="别处")
    shown = (await client.get("/api/v1/rooms/1/cameras")).json()
    assert [camera["name"] for camera in shown] == ["东口", "西口"]
    assert shown[0]["profiles"] == [
        {"name": "main", "state": None, "causes": [], "since": None, "error": None}
    ]
    assert (await client.get("/api/v1/rooms/9/cameras")).json()["code"] == "room_unknown"


async def test_a_search_finds_any_part_of_a_word_and_goes_by_the_index(
    client: httpx.AsyncClient, registry: Registry, database: Database
) -> None:
    await registry.sheets.take_in(district_sheet(district_rows(2_000)), author="王")
    assert await names(client, text="1234") == ["1234 号枪机"]
    assert await names(client, text="号灯 1234") == ["1234 号枪机"]
    assert len(await names(client, text="7", limit=50)) == 50  # one letter has no pair
    assert await names(client, text="灯号") == []  # both letters are there, but not so
    async with database.connection() as connection:
        plan = await connection.fetch(
            """
            explain select id from camera where removed_at is null and id > 0 and search like '%1234%'
              and letter_pairs(search) @> letter_pairs('1234') order by id limit 101
            """
        )
    assert any("camera_search" in row[0] for row in plan), plan
