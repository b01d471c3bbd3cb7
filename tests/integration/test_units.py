"""Units on a real Postgres: the tree changes with its history, and what belongs to a unit goes along."""

import asyncio

import asyncpg
import pytest

from runtime.database import Database
from tests.fakes.events import add_camera
from vms.cameras.units.errors import (
    UnitBelowItself,
    UnitCodeForeign,
    UnitIdUnknown,
    UnitMergeItself,
    UnitMergeLevels,
    UnitMergeNames,
    UnitNameTaken,
)
from vms.cameras.units.unit import Level, Unit, UnitId
from vms.cameras.units.units import Units

AUTHOR = "王管理员"


@pytest.fixture
def units(database: Database) -> Units:
    return Units(database)


async def add(
    units: Units, name: str, level: Level, parent: Unit | None = None, code: str | None = None
) -> Unit:
    return await units.add(
        name=name, level=level, parent_id=parent.id if parent else None, code=code, author=AUTHOR
    )


async def district(units: Units) -> tuple[Unit, Unit, Unit, Unit]:
    """A district with two streets, the first with a community."""
    top = await add(units, "江岸区", "district", None, "420102")
    one = await add(units, "一元街道", "street", top, "420102001")
    two = await add(units, "二元街道", "street", top, "420102002")
    community = await add(units, "光明社区", "community", one, "420102001003")
    return top, one, two, community


async def test_the_house_starts_with_one_community_that_can_be_taken_into_a_tree(units: Units) -> None:
    first = (await units.tree()).first()
    assert first is not None and (first.name, first.level) == ("示范社区", "community")
    top, *_ = await district(units)
    await units.move(first.id, top.id, code="420102009001", author=AUTHOR)
    moved = (await units.tree()).find("420102009001")
    assert (moved.id, moved.parent_id) == (first.id, top.id)


async def test_every_change_leaves_who_when_and_what(units: Units) -> None:
    _top, _one, two, community = await district(units)
    await units.rename(community.id, "曙光社区", author="李")
    await units.rename(community.id, "曙光社区", author="李")  # nothing changed: no line
    await units.move(community.id, two.id, code="420102002003", author="赵")
    await units.recode(community.id, None, author="赵")
    changes = await units.changes(community.id)
    assert [(change.verb, change.author) for change in changes] == [
        ("add", AUTHOR),
        ("rename", "李"),
        ("move", "赵"),
        ("recode", "赵"),
    ]
    assert changes[1].before == {"name": "光明社区"} and changes[1].after == {"name": "曙光社区"}
    assert changes[2].after == {"parent_id": two.id, "code": "420102002003"}
    assert changes[0].at <= changes[-1].at


async def test_a_refused_change_leaves_nothing(units: Units) -> None:
    top, one, two, community = await district(units)
    for attempt, error in (
        (units.rename(two.id, "一元街道", author=AUTHOR), UnitNameTaken),
        (units.move(top.id, community.id, author=AUTHOR), UnitBelowItself),
        (units.move(one.id, one.id, author=AUTHOR), UnitBelowItself),
        (units.move(community.id, two.id, author=AUTHOR), UnitCodeForeign),
        (units.recode(top.id, "420103", author=AUTHOR), UnitCodeForeign),
        (units.merge(one.id, top.id, author=AUTHOR), UnitMergeLevels),
        (units.merge(one.id, one.id, author=AUTHOR), UnitMergeItself),
        (units.merge(one.id, two.id, author=AUTHOR), UnitCodeForeign),
        (units.move(UnitId(999), None, author=AUTHOR), UnitIdUnknown),
    ):
        with pytest.raises(error):
            await attempt
    assert (await units.tree()).path(community.id) == "江岸区/一元街道/光明社区"
    for unit in (top, one, two, community):
        assert [change.verb for change in await units.changes(unit.id)] == ["add"]


async def test_codes_below_are_dropped_if_that_is_asked_for(units: Units) -> None:
    top, _one, two, community = await district(units)
    grid = await add(units, "第一网格", "grid", community, "420102001003001")
    await units.move(community.id, two.id, code="420102002003", author=AUTHOR, drop_codes=True)
    tree = await units.tree()
    found = tree.get(grid.id)
    assert found is not None and found.code is None
    assert (await units.changes(grid.id))[-1].before == {"code": "420102001003001"}
    assert tree.foreign_codes(top.id) == []


async def test_a_merge_takes_cameras_rooms_and_lower_units_along_and_stays_as_history(
    units: Units, database: Database
) -> None:
    _top, one, two, community = await district(units)
    async with database.connection() as connection:
        camera_id = await add_camera(connection, "东口", one.id)
        await connection.execute("insert into room (unit_id, name) values ($1, '一元值班室')", one.id)
    done = await units.merge(one.id, two.id, author=AUTHOR, drop_codes=True)
    assert (done.into.id, done.cameras, done.rooms, done.units) == (two.id, 1, 1, 1)

    old = await units.get(one.id)
    assert old.merged_into == two.id and old.merged_at is not None and old.name == "一元街道"
    assert (await units.changes(one.id))[-1].verb == "merge"
    census = await units.census()
    assert census.tree.get(one.id) is None
    assert census.tree.path(community.id) == "江岸区/二元街道/光明社区"
    assert census.cameras == {two.id: 1} and census.rooms[two.id] == ["一元值班室"]
    async with database.connection() as connection:
        version = await connection.fetchrow(
            "select version, author, changes from camera_version where camera_id = $1", camera_id
        )
    assert dict(version) == {
        "version": 2,
        "author": AUTHOR,
        "changes": {"unit_id": [one.id, two.id]},
    }
    # its name and its code are free
    await add(units, "一元街道", "street", census.tree.find("江岸区"), "420102001")


@pytest.mark.parametrize("what", ["camera", "room", "unit"])
async def test_a_merge_that_would_make_two_of_one_name_is_refused(
    units: Units, database: Database, what: str
) -> None:
    _top, one, two, _community = await district(units)
    async with database.connection() as connection:
        for unit in (one, two):
            if what == "camera":
                await add_camera(connection, "东口", unit.id)
            elif what == "room":
                await connection.execute("insert into room (unit_id, name) values ($1, '东口')", unit.id)
    if what == "unit":
        await add(units, "东口", "community", one)
        await add(units, "东口", "community", two)
    with pytest.raises(UnitMergeNames, match="东口"):
        await units.merge(one.id, two.id, author=AUTHOR, drop_codes=True)
    assert (await units.get(one.id)).merged_into is None


async def test_of_two_who_add_the_same_unit_at_once_one_is_refused(units: Units) -> None:
    results = await asyncio.gather(
        *(add(units, "江岸区", "district") for _ in range(2)), return_exceptions=True
    )
    assert sorted(type(result).__name__ for result in results) == ["Unit", "UnitNameTaken"]


async def test_the_database_itself_holds_names_and_codes(units: Units, database: Database) -> None:
    top, *_ = await district(units)
    async with database.connection() as connection:
        for wrong in (
            "insert into unit (parent_id, level, name) values ($1, 'street', '一元街道')",
            "insert into unit (parent_id, level, name, code) values ($1, 'street', 'x', '420102001')",
            "insert into unit (parent_id, level, name, code) values ($1, 'street', 'x', '420102')",
            "update unit set merged_into = 1 where id = $1",
        ):
            with pytest.raises(asyncpg.IntegrityConstraintViolationError):
                await connection.execute(wrong, top.id)
