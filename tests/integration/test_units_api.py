"""Units over HTTP and on the command line."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from runtime.database import Database
from runtime.errors import VmsError
from runtime.vault import Vault
from tests.fakes.registry_client import registry_client
from vms.cameras.registry import Registry
from vms.cli import app

API = "/api/v1/units"


@pytest.fixture
async def client(database: Database, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    registry = Registry(database=database, vault=Vault.open(tmp_path / "key"))
    async with registry_client(database, registry) as client:
        yield client


async def add(client: httpx.AsyncClient, **body: object) -> dict[str, Any]:
    answer = await client.post(API, json={"author": "王", **body})
    assert answer.status_code == 201, answer.text
    unit: dict[str, Any] = answer.json()
    return unit


async def test_a_tree_is_built_changed_and_read_over_http(client: httpx.AsyncClient) -> None:
    top = await add(client, name="江岸区", level="district", code="420102")
    one = await add(client, name="一元街道", level="street", parent_id=top["id"], code="420102001")
    two = await add(client, name="二元街道", level="street", parent_id=top["id"])
    assert one["path"] == "江岸区/一元街道"
    patched = await client.patch(
        f"{API}/{two['id']}", json={"author": "王", "name": "三元街道", "code": "420102003"}
    )
    assert (patched.json()["name"], patched.json()["code"]) == ("三元街道", "420102003")
    moved = await client.post(f"{API}/1/move", json={"author": "王", "to_id": one["id"]})
    assert moved.json()["path"] == "江岸区/一元街道/示范社区"
    listed = (await client.get(API)).json()
    assert [unit["name"] for unit in listed] == ["江岸区", "一元街道", "三元街道", "示范社区"]
    assert listed[-1]["rooms"] == ["社区值班室"]
    merged = await client.post(f"{API}/{one['id']}/merge", json={"author": "李", "into_id": two["id"]})
    assert merged.json()["units"] == 1 and merged.json()["into"]["id"] == two["id"]
    gone = (await client.get(f"{API}/{one['id']}")).json()
    assert gone["merged_into"] == two["id"] and gone["path"] is None
    history = (await client.get(f"{API}/{one['id']}/changes")).json()
    assert [(line["verb"], line["author"]) for line in history] == [("add", "王"), ("merge", "李")]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "", {"author": "王", "name": "x", "level": "province"}, 422, "request_invalid"),
        ("POST", "", {"name": "x", "level": "grid"}, 422, "request_invalid"),
        ("POST", "", {"author": " ", "name": "x", "level": "grid"}, 422, "request_invalid"),
        ("POST", "", {"author": "王", "name": "示范社区", "level": "community"}, 409, "unit_name_taken"),
        ("POST", "", {"author": "王", "name": "a/b", "level": "grid"}, 422, "unit_name_invalid"),
        ("POST", "", {"author": "王", "name": "x", "level": "grid", "parent_id": 9}, 404, "unit_id_unknown"),
        ("GET", "/9", None, 404, "unit_id_unknown"),
        ("GET", "/9/changes", None, 404, "unit_id_unknown"),
        ("PATCH", "/9", {"author": "王", "name": "x"}, 404, "unit_id_unknown"),
        ("POST", "/1/move", {"author": "王", "to_id": 1}, 422, "unit_below_itself"),
        ("POST", "/1/merge", {"author": "王", "into_id": 1}, 422, "unit_merge_itself"),
        ("GET", "/99999999999999999999", None, 422, "request_invalid"),
    ],
)
async def test_bad_requests_are_problems_in_two_languages(
    client: httpx.AsyncClient, method: str, path: str, body: object, status: int, code: str
) -> None:
    answer = await client.request(method, API + path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail_zh"]


def vms(tmp_path: Path, database_url: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--data", str(tmp_path), "--database", database_url])


def test_the_command_line_does_the_same(tmp_path: Path, database_url: str) -> None:
    def units(*arguments: str) -> Result:
        return vms(tmp_path, database_url, "units", *arguments)

    for arguments in (
        ("add", "江岸区", "--level", "district", "--code", "420102", "--author", "王"),
        ("add", "一元街道", "--level", "street", "--in", "420102", "--code", "420102001"),
        ("add", "光明社区", "--in", "江岸区/一元街道"),
        ("rename", "光明社区", "曙光社区", "--code", "420102001009"),
        ("move", "示范社区", "--to", "420102001"),
        ("merge", "示范社区", "--into", "曙光社区"),
    ):
        done = units(*arguments)
        assert done.exit_code == 0, (arguments, done.output, done.exception)
    tree = units("list").output
    assert [line.strip(" │└├─").split("  ")[0] for line in tree.splitlines()] == [
        "江岸区",
        "一元街道",
        "曙光社区",
    ]
    assert "社区值班室" in tree
    listed = [json.loads(line)["unit"] for line in units("list", "--json").output.splitlines()]
    assert listed[2] == {
        "id": 4,
        "parent_id": 3,
        "level": "community",
        "name": "曙光社区",
        "code": "420102001009",
        "path": "江岸区/一元街道/曙光社区",
        "cameras": 0,
        "rooms": ["社区值班室"],
    }
    refused = units("move", "420102", "--to", "曙光社区")
    assert isinstance(refused.exception, VmsError) and refused.exception.code == "unit_below_itself"
    assert units("rename", "曙光社区").exit_code == 2
