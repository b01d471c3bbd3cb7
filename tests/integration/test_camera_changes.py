"""Changes of cameras on a real Postgres: versions with their authors, no lost update, no password in the history."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from runtime.database import Database
from runtime.vault import Vault
from streams.camera import CameraId
from tests.fakes.events import fall_event
from vms.cameras.configuration import NO_FACTS, Configuration, Facts
from vms.cameras.draft import CameraDraft
from vms.cameras.editor import Edit
from vms.cameras.errors import (
    AddressRefused,
    CameraAmbiguous,
    CameraCodeTaken,
    CameraNameTaken,
    CameraUnknown,
    PlaceForbidden,
    VersionStale,
)
from vms.cameras.registered_camera import RegisteredCamera
from vms.cameras.registry import Registry
from vms.cameras.units.errors import UnitIdUnknown
from vms.cameras.units.unit import Tree, UnitId
from vms.cameras.watch import Watch

CODE = "42010200001320000001"


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Registry:
    return Registry(database=database, vault=Vault.open(tmp_path / "key"))


async def register(registry: Registry, name: str = "东口", **changes: Any) -> RegisteredCamera:
    number = 5 if name == "东口" else 6
    draft = CameraDraft(**{"name": name, "url": f"rtsp://admin:s3cret@10.0.0.{number}/main", **changes})
    return await registry.register(draft, author="王", probe=False)


def to(**values: object) -> Edit:
    def edit(before: Configuration, _tree: Tree) -> Configuration:
        return before.with_values(values)

    return edit


async def watches(registry: Registry) -> dict[int, Watch]:
    found = await registry.watches(on_unreadable=lambda *_: pytest.fail("unreadable"))
    return {watch.camera.id: watch for watch in found}


async def test_every_change_has_a_version_and_an_author(registry: Registry) -> None:
    camera = await register(registry, facts=Facts(code=CODE))
    change = registry.editor.change
    assert await change(camera.id, to(place="东口北侧", retention_days=90), author="李", version=1) == 2
    assert await change(camera.id, to(place="东口北侧"), author="李") == 2  # nothing changed: no version
    assert await change(camera.id, to(name="东门"), author="赵") == 3
    first, second, third = await registry.editor.versions(camera.id)
    assert (first.author, first.changes["code"]) == ("王", [None, CODE])
    assert first.changes["main_password"] == [False, True]
    assert (second.author, second.changes) == (
        "李",
        {"place": ["", "东口北侧"], "retention_days": [30, 90]},
    )
    assert (third.version, third.changes) == (3, {"name": ["东口", "东门"]})
    assert (await registry.camera(camera.id)).version == 3


async def test_no_password_is_in_the_history(registry: Registry, database: Database) -> None:
    camera = await register(registry, sub_url="rtsp://viewer:geheim@10.0.0.5/sub")
    await registry.editor.change(camera.id, to(), author="李", password="another-one")
    await registry.editor.change(camera.id, to(main_url="rtsp://root:third-one@10.0.0.5/main"), author="李")
    async with database.connection() as connection:
        text = str([dict(row) for row in await connection.fetch("select * from camera_version")])
        urls = str(await connection.fetch("select url from stream_profile"))
    for password in ("s3cret", "geheim", "another-one", "third-one"):
        assert password not in text + urls
    *_, last = await registry.editor.versions(camera.id)
    assert last.changes == {"username": ["admin", "root"], "main_password": [True, True]}
    profiles = (await watches(registry))[camera.id].camera.profiles
    assert {p.name: (p.username, p.password) for p in profiles} == {
        "main": ("root", "third-one"),
        "sub": ("viewer", "another-one"),
    }


async def test_the_same_password_again_is_no_change(registry: Registry) -> None:
    camera = await register(registry)
    assert await registry.editor.change(camera.id, to(), author="李", password="s3cret") == 1


async def test_a_sub_stream_comes_and_goes_and_takes_analysis_with_it(registry: Registry) -> None:
    camera = await register(registry)
    await registry.editor.change(camera.id, to(sub_url="rtsp://10.0.0.5/sub"), author="李")
    main, sub = (await watches(registry))[camera.id].camera.profiles
    assert (main.analysed, sub.analysed, sub.password) == (False, True, "s3cret")
    await registry.editor.change(camera.id, to(sub_url=None), author="李")
    (main,) = (await watches(registry))[camera.id].camera.profiles
    assert main.analysed


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": "西口"}, CameraNameTaken),
        ({"code": CODE}, CameraCodeTaken),
        ({"unit_id": UnitId(99)}, UnitIdUnknown),
        ({"place_kind": "dormitory"}, PlaceForbidden),
        ({"main_url": "rtsp://127.0.0.1/x"}, AddressRefused),
    ],
)
async def test_a_refused_change_leaves_everything_as_it_was(
    registry: Registry, values: dict[str, object], error: type[Exception]
) -> None:
    camera = await register(registry)
    await register(registry, "西口", facts=Facts(code=CODE))
    with pytest.raises(error):
        await registry.editor.change(camera.id, to(**values), author="李")
    assert await registry.camera(camera.id) == camera
    assert len(await registry.editor.versions(camera.id)) == 1


async def test_of_two_who_change_the_same_version_the_second_is_told(registry: Registry) -> None:
    camera = await register(registry)
    results = await asyncio.gather(
        *(
            registry.editor.change(camera.id, to(place=place), author=place, version=1)
            for place in ("甲", "乙")
        ),
        return_exceptions=True,
    )
    assert sorted(map(str, map(type, results))) == sorted([str(int), str(VersionStale)])


async def test_what_is_only_known_of_a_camera_does_not_touch_its_streams(registry: Registry) -> None:
    camera = await register(registry)
    neighbour = await register(registry, "西口")
    before = await watches(registry)
    unit = await registry.units.add(name="二社区", level="community", parent_id=None, code=None, author="王")
    await registry.editor.change(
        camera.id, to(name="东门", unit_id=unit.id, place="别处", sign_confirmed=True), author="李"
    )
    after = await watches(registry)
    assert after[camera.id] != before[camera.id]
    assert after[camera.id].is_watched_like(before[camera.id])
    for values in ({"rules": ["fall"]}, {"main_url": "rtsp://10.0.0.5/other"}):
        await registry.editor.change(camera.id, to(**values), author="李")
        changed = await watches(registry)
        assert not changed[camera.id].is_watched_like(after[camera.id])
        assert changed[neighbour.id] == before[neighbour.id]
        after = changed
    await registry.editor.change(camera.id, to(enabled=False), author="李")
    assert await watches(registry) == {neighbour.id: before[neighbour.id]}


async def test_a_removed_camera_stops_and_is_hidden_but_its_past_remains(
    registry: Registry, database: Database
) -> None:
    camera = await register(registry, facts=Facts(code=CODE))
    with pytest.raises(VersionStale):
        await registry.editor.remove(camera.id, author="李", version=7)
    await registry.editor.remove(camera.id, author="李", version=1)
    assert await registry.cameras() == []
    assert await watches(registry) == {}
    assert await registry.recorded_ids() == {camera.id}
    for attempt in (
        registry.camera(camera.id),
        registry.editor.get(camera.id),
        registry.editor.find(CODE),
        registry.editor.change(camera.id, to(name="x"), author="李"),
        registry.editor.remove(camera.id, author="李"),
    ):
        with pytest.raises(CameraUnknown):
            await attempt
    last = (await registry.editor.versions(camera.id))[-1]
    assert (last.version, last.author, last.changes) == (2, "李", {"removed": [False, True]})
    async with database.connection() as connection:
        assert await connection.fetchval("select password from stream_profile") is None
        assert fall_event(camera.id).camera_id == await connection.fetchval("select id from camera")
    again = await register(registry, facts=Facts(code=CODE))  # its name and code are free
    assert again.id != camera.id


async def test_a_camera_is_found_by_code_name_or_number(registry: Registry) -> None:
    camera = await register(registry, facts=Facts(code=CODE))
    for reference in (CODE, "东口", str(camera.id), f" {camera.id} "):
        assert await registry.editor.find(reference) == camera.id
    unit = await registry.units.add(name="二社区", level="community", parent_id=None, code=None, author="王")
    await register(registry, unit="二社区")
    with pytest.raises(CameraAmbiguous):
        await registry.editor.find("东口")
    for reference in ("月球", "999", "9" * 30):
        with pytest.raises(CameraUnknown):
            await registry.editor.find(reference)
    assert unit.id


async def test_versions_of_a_camera_that_never_was_are_refused(registry: Registry) -> None:
    with pytest.raises(CameraUnknown):
        await registry.editor.versions(CameraId(5))


async def test_replacing_a_camera_by_its_name_writes_a_version_too(registry: Registry) -> None:
    camera = await register(registry)
    draft = CameraDraft(name="东口", url="rtsp://10.0.0.9/main")
    await registry.register(draft, author="李", probe=False, replace=True)
    last = (await registry.editor.versions(camera.id))[-1]
    assert last.author == "李" and last.changes["main_url"] == [
        "rtsp://10.0.0.5/main",
        "rtsp://10.0.0.9/main",
    ]
    assert last.changes["address"] == ["10.0.0.5", "10.0.0.9"]


async def test_the_database_itself_refuses_what_the_law_forbids(
    registry: Registry, database: Database
) -> None:
    camera = await register(registry, facts=NO_FACTS)
    async with database.connection() as connection:
        for wrong in (
            "place_kind = 'toilet'",
            "retention_days = 29",
            "place_category = 'moon'",
            "code = '1'",
            "longitude = 1",
            "removed_at = now()",
        ):
            with pytest.raises(asyncpg.CheckViolationError):
                await connection.execute(f"update camera set {wrong} where id = $1", camera.id)
