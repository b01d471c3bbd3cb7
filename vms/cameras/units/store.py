"""The SQL of units: one statement a function; the caller owns the transaction."""

from collections.abc import Mapping, Sequence

from runtime.database import Connection
from vms.cameras.units.unit import Level, Unit, UnitChange, UnitId, Verb


async def lock_units(connection: Connection) -> None:
    """One change of the tree at a time, so that what was checked holds until it is written. Readers go on."""
    await connection.execute("lock table unit in share row exclusive mode")


async def units(connection: Connection) -> list[Unit]:
    """Those in use."""
    rows = await connection.fetch(
        """
        select id, parent_id, level, name, code, merged_into, merged_at from unit
        where merged_into is null order by id
        """
    )
    return [Unit(**dict(row)) for row in rows]


async def subtree_ids(connection: Connection, unit_id: UnitId) -> list[UnitId]:
    """The unit and all below it; empty where there is no such unit in use."""
    rows = await connection.fetch(
        """
        with recursive below as (
            select id from unit where id = $1 and merged_into is null
            union all
            select unit.id from unit join below on unit.parent_id = below.id where unit.merged_into is null
        )
        select id from below
        """,
        unit_id,
    )
    return [UnitId(row["id"]) for row in rows]


async def unit(connection: Connection, unit_id: UnitId) -> Unit | None:
    """Merged ones too."""
    row = await connection.fetchrow(
        "select id, parent_id, level, name, code, merged_into, merged_at from unit where id = $1", unit_id
    )
    return None if row is None else Unit(**dict(row))


async def add_unit(
    connection: Connection, *, parent_id: UnitId | None, level: Level, name: str, code: str | None
) -> UnitId:
    found: int = await connection.fetchval(
        "insert into unit (parent_id, level, name, code) values ($1, $2, $3, $4) returning id",
        parent_id,
        level,
        name,
        code,
    )
    return UnitId(found)


async def put_unit(connection: Connection, unit: Unit) -> None:
    await connection.execute(
        "update unit set parent_id = $2, name = $3, code = $4 where id = $1",
        unit.id,
        unit.parent_id,
        unit.name,
        unit.code,
    )


async def clear_codes(connection: Connection, unit_ids: Sequence[UnitId]) -> None:
    await connection.execute("update unit set code = null where id = any($1::bigint[])", list(unit_ids))


async def mark_merged(connection: Connection, unit_id: UnitId, into: UnitId) -> None:
    await connection.execute(
        "update unit set merged_into = $2, merged_at = now() where id = $1", unit_id, into
    )


async def move_children(connection: Connection, unit_id: UnitId, to: UnitId) -> None:
    await connection.execute(
        "update unit set parent_id = $2 where parent_id = $1 and merged_into is null", unit_id, to
    )


async def move_rooms(connection: Connection, unit_id: UnitId, to: UnitId) -> int:
    """How many."""
    done = await connection.execute("update room set unit_id = $2 where unit_id = $1", unit_id, to)
    return int(done.split()[-1])


async def move_cameras(connection: Connection, unit_id: UnitId, to: UnitId, *, author: str) -> int:
    """How many; each gets a version of its own. Cameras that were removed come along, for their recordings."""
    rows = await connection.fetch(
        """
        with moved as (
            update camera set unit_id = $2, version = version + 1 where unit_id = $1 returning id, version
        )
        insert into camera_version (camera_id, version, author, changes)
        select id, version, $3, jsonb_build_object('unit_id', jsonb_build_array($1::bigint, $2::bigint)) from moved
        returning camera_id
        """,
        unit_id,
        to,
        author,
    )
    return len(rows)


async def shared_camera_names(connection: Connection, one: UnitId, other: UnitId) -> list[str]:
    """Names that cameras of both units bear; a few of them."""
    rows = await connection.fetch(
        """
        select name from camera where unit_id = $1 and removed_at is null
        intersect
        select name from camera where unit_id = $2 and removed_at is null
        order by name limit 10
        """,
        one,
        other,
    )
    return [row["name"] for row in rows]


async def shared_room_names(connection: Connection, one: UnitId, other: UnitId) -> list[str]:
    rows = await connection.fetch(
        """
        select name from room where unit_id = $1 intersect select name from room where unit_id = $2
        order by name limit 10
        """,
        one,
        other,
    )
    return [row["name"] for row in rows]


async def add_change(
    connection: Connection,
    *,
    unit_id: UnitId,
    author: str,
    verb: Verb,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    await connection.execute(
        "insert into unit_change (unit_id, author, verb, before, after) values ($1, $2, $3, $4, $5)",
        unit_id,
        author,
        verb,
        dict(before),
        dict(after),
    )


async def changes_of(connection: Connection, unit_id: UnitId) -> list[UnitChange]:
    """Oldest first."""
    rows = await connection.fetch(
        "select unit_id, at, author, verb, before, after from unit_change where unit_id = $1 order by id",
        unit_id,
    )
    return [UnitChange(**dict(row)) for row in rows]


async def camera_counts(connection: Connection) -> dict[UnitId, int]:
    """Cameras that stand right at a unit, where there are any."""
    rows = await connection.fetch(
        "select unit_id, count(*) as cameras from camera where removed_at is null group by unit_id"
    )
    return {UnitId(row["unit_id"]): row["cameras"] for row in rows}


async def room_names(connection: Connection) -> dict[UnitId, list[str]]:
    rows = await connection.fetch(
        "select unit_id, array_agg(name order by id) as names from room group by unit_id"
    )
    return {UnitId(row["unit_id"]): row["names"] for row in rows}
