"""The SQL of cameras, their facts and their versions: one statement a function; the caller owns the transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from detectors.zones import Zone
from runtime.database import Connection
from streams.camera import CameraId, ProfileName
from streams.condition import ConditionCause
from vms.cameras.camera_state import WORST_FIRST, CameraState
from vms.cameras.configuration import FACT_COLUMNS, Configuration, Facts
from vms.cameras.drawn import masks_text, parse_masks
from vms.cameras.place import FILING_DAYS, Filing
from vms.cameras.rule_hours import parse_rule_hours, rule_hours_text
from vms.cameras.stored_camera import StoredCamera, StoredSecret
from vms.cameras.units.unit import UnitId

COLUMNS = (
    "unit_id", "name", "enabled", "rules", "hours", "masks", "recorded", "analysed", *FACT_COLUMNS
)  # fmt: skip

_STORED = f"""
    select camera.id, camera.version, {", ".join(f"camera.{name}" for name in COLUMNS)},
           coalesce(main.url, '') as main_url, coalesce(main.username, '') as username, main.password as main_password,
           sub.url as sub_url, coalesce(sub.username, '') as sub_username, sub.password as sub_password,
           (select jsonb_agg(jsonb_build_object('id', id, 'name', name, 'polygon', polygon, 'rules', rules,
                                                'crowd_limit', crowd_limit, 'ground', ground, 'hours', hours) order by id)
            from zone where zone.camera_id = camera.id and zone.removed_at is null) as zones
    from camera
    left join stream_profile main on main.camera_id = camera.id and main.name = 'main'
    left join stream_profile sub on sub.camera_id = camera.id and sub.name = 'sub'
    where camera.removed_at is null
"""


async def lock_cameras(connection: Connection) -> None:
    """One change of the registry at a time, so that what was checked holds until it is written. Readers go on, and so
    do events and alerts: what refers to a camera does not wait for this."""
    await connection.execute("lock table camera in share row exclusive mode")


async def stored_cameras(connection: Connection) -> list[StoredCamera]:
    return [_stored(row) for row in await connection.fetch(_STORED)]


async def stored_camera(connection: Connection, camera_id: CameraId) -> StoredCamera | None:
    row = await connection.fetchrow(f"{_STORED} and camera.id = $1", camera_id)
    return None if row is None else _stored(row)


def _stored(row: asyncpg.Record) -> StoredCamera:
    facts = Facts(**{name: row[name] for name in FACT_COLUMNS})
    secrets: dict[ProfileName, StoredSecret] = {
        "main": StoredSecret(username=row["username"], token=row["main_password"])
    }
    if row["sub_url"] is not None:
        secrets["sub"] = StoredSecret(username=row["sub_username"], token=row["sub_password"])
    return StoredCamera(
        id=CameraId(row["id"]),
        version=row["version"],
        secrets=secrets,
        configuration=Configuration(
            unit_id=UnitId(row["unit_id"]),
            name=row["name"],
            main_url=row["main_url"],
            sub_url=row["sub_url"],
            username=row["username"],
            enabled=row["enabled"],
            rules=frozenset(row["rules"]),
            hours=parse_rule_hours(row["hours"]),
            zones=tuple(Zone.parse(**zone) for zone in row["zones"] or ()),
            masks=parse_masks(row["masks"]),
            recorded=row["recorded"],
            analysed=row["analysed"],
            facts=facts,
        ),
    )


async def camera_rows(
    connection: Connection, camera_ids: Sequence[int] | None = None, *, only_enabled: bool = False
) -> list[asyncpg.Record]:
    """All, or those named, with the name of their unit."""
    rows: list[asyncpg.Record] = await connection.fetch(
        f"""
        select camera.id, camera.version, {", ".join(f"camera.{name}" for name in COLUMNS)}, unit.name as unit_name
        from camera join unit on unit.id = camera.unit_id
        where camera.removed_at is null and ($1::bigint[] is null or camera.id = any($1))
          and (camera.enabled or not $2)
        order by camera.id
        """,
        None if camera_ids is None else list(camera_ids),
        only_enabled,
    )
    return rows


async def all_camera_ids(connection: Connection) -> set[CameraId]:
    """Those that were removed too: their recordings remain."""
    return {CameraId(row["id"]) for row in await connection.fetch("select id from camera")}


async def camera_ids(connection: Connection) -> set[CameraId]:
    """Those that are registered now."""
    rows = await connection.fetch("select id from camera where removed_at is null")
    return {CameraId(row["id"]) for row in rows}


async def ids_by_reference(connection: Connection, reference: str) -> list[CameraId]:
    """The cameras of that code or name."""
    rows = await connection.fetch(
        "select id from camera where removed_at is null and (code = $1 or name = $1) order by id limit 10",
        reference,
    )
    return [CameraId(row["id"]) for row in rows]


async def id_by_name(connection: Connection, unit_id: UnitId, name: str) -> CameraId | None:
    found: int | None = await connection.fetchval(
        "select id from camera where unit_id = $1 and name = $2 and removed_at is null", unit_id, name
    )
    return None if found is None else CameraId(found)


async def id_and_name_by_code(connection: Connection, code: str) -> tuple[CameraId, str] | None:
    row = await connection.fetchrow(
        "select id, name from camera where code = $1 and removed_at is null", code
    )
    return None if row is None else (CameraId(row["id"]), row["name"])


async def add_camera(connection: Connection, configuration: Configuration) -> CameraId:
    numbers = ", ".join(f"${number}" for number in range(1, len(COLUMNS) + 1))
    found: int = await connection.fetchval(
        f"insert into camera ({', '.join(COLUMNS)}) values ({numbers}) returning id",
        *values_of(configuration),
    )
    return CameraId(found)


async def put_camera(
    connection: Connection, camera_id: CameraId, configuration: Configuration, version: int
) -> None:
    columns = ", ".join(f"{name} = ${number}" for number, name in enumerate(COLUMNS, 3))
    await connection.execute(
        f"update camera set version = $2, {columns} where id = $1",
        camera_id,
        version,
        *values_of(configuration),
    )


def values_of(configuration: Configuration) -> list[object]:
    """In the order of COLUMNS."""
    facts = configuration.facts
    own: list[object] = [
        configuration.unit_id,
        configuration.name,
        configuration.enabled,
        sorted(configuration.rules),
        rule_hours_text(configuration.hours),
        masks_text(configuration.masks),
        configuration.recorded,
        configuration.analysed,
    ]
    return own + [getattr(facts, name) for name in FACT_COLUMNS]


async def delete_profile(connection: Connection, camera_id: CameraId, name: ProfileName) -> None:
    await connection.execute("delete from stream_profile where camera_id = $1 and name = $2", camera_id, name)


async def remove_camera(connection: Connection, camera_id: CameraId, version: int) -> None:
    await connection.execute(
        "update camera set enabled = false, removed_at = now(), version = $2 where id = $1",
        camera_id,
        version,
    )


async def forget_passwords(connection: Connection, camera_id: CameraId) -> None:
    await connection.execute("update stream_profile set password = null where camera_id = $1", camera_id)


async def add_version(
    connection: Connection,
    *,
    camera_id: CameraId,
    version: int,
    author: str,
    changes: Mapping[str, object],
) -> None:
    await connection.execute(
        "insert into camera_version (camera_id, version, author, changes) values ($1, $2, $3, $4)",
        camera_id,
        version,
        author,
        dict(changes),
    )


async def versions(
    connection: Connection, camera_id: CameraId
) -> list[tuple[int, datetime, str, Mapping[str, object]]]:
    """Number, time, author and changes; oldest first."""
    rows = await connection.fetch(
        "select version, at, author, changes from camera_version where camera_id = $1 order by version",
        camera_id,
    )
    return [(row["version"], row["at"], row["author"], row["changes"]) for row in rows]


async def page_ids(
    connection: Connection,
    *,
    unit_ids: Sequence[int] | None = None,
    words: Sequence[str] = (),
    state: CameraState | None = None,
    cause: ConditionCause | None = None,
    enabled: bool | None = None,
    filing: Filing | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[CameraId]:
    """Cameras in order of their numbers: those of the units, whose texts hold every word (lower case), and so on."""
    values: list[object] = [after, limit]

    def value(given: object) -> str:
        values.append(given)
        return f"${len(values)}"

    conditions = ["removed_at is null", "id > $1"]
    if unit_ids is not None:
        conditions.append(f"unit_id = any({value(list(unit_ids))}::bigint[])")
    for word in words:
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append(f"search like {value(f'%{escaped}%')}")
    if enabled is not None:
        conditions.append(f"enabled = {value(enabled)}")
    if filing is not None:
        conditions.append("filed_on is null and filing_number = '' and place_category <> 'private'")
    if filing == "overdue":
        conditions.append(f"created_at < now() - make_interval(days => {FILING_DAYS})")
    if state == "disabled":
        conditions.append("not enabled")
    elif state is not None:
        conditions += ["enabled", _NOT_WATCHED if state == "not_watched" else _in_state(value([state]))]
        worse = WORST_FIRST[: WORST_FIRST.index(state)]
        if worse:
            conditions.append(f"not {_in_state(value([each for each in worse if each != 'not_watched']))}")
        if "not_watched" in worse:
            conditions.append(f"not {_NOT_WATCHED}")
    if cause is not None:
        conditions.append(_open_condition(f"{value(cause)} = any(causes)"))
    if words and limit is not None:
        # Words that many bear are found among the next few, without sorting all that bear them.
        few = await _ids(connection, [*conditions, f"id <= {_NEXT_FEW}"], values)
        if len(few) == limit:
            return few
    # Pairs of letters that the index has narrow it down; a word of one letter has none.
    pairs = [f"letter_pairs(search) @> letter_pairs({value(word)})" for word in words if len(word) > 1]
    return await _ids(connection, [*conditions, *pairs], values)


#: the last of the next 1,000 cameras in order, $1 being the cursor
_NEXT_FEW = """coalesce((
    select id from camera where removed_at is null and id > $1 order by id offset 999 limit 1
), 9223372036854775807)"""


async def _ids(connection: Connection, conditions: Sequence[str], values: Sequence[object]) -> list[CameraId]:
    rows = await connection.fetch(
        f"select id from camera where {' and '.join(conditions)} order by id limit $2", *values
    )
    return [CameraId(row["id"]) for row in rows]


_NOT_WATCHED = """exists (
    select from stream_profile
    where stream_profile.camera_id = camera.id and not exists (
        select from camera_condition condition
        where condition.camera_id = camera.id and condition.profile = stream_profile.name and until is null
    )
)"""


def _open_condition(which: str) -> str:
    return f"exists (select from camera_condition where camera_id = camera.id and until is null and {which})"


def _in_state(parameter: str) -> str:
    return _open_condition(f"state = any({parameter}::text[])")


async def states_as_json(connection: Connection, unit_ids: Sequence[int]) -> str:
    """The cameras of the units with what each stream does, as the wall reads it: made here, for walls ask often."""
    text: str = await connection.fetchval(
        """
        select coalesce(json_agg(json_build_object(
            'id', camera.id, 'name', camera.name, 'enabled', camera.enabled, 'profiles', stream.profiles
        ) order by camera.id), '[]')::text
        from camera
        cross join lateral (
            select coalesce(json_agg(json_build_object(
                'name', stream_profile.name, 'state', state, 'causes', coalesce(causes, '{}'), 'since', since, 'error', error
            ) order by stream_profile.name), '[]') as profiles
            from stream_profile
            left join camera_condition condition on condition.camera_id = stream_profile.camera_id
                                                and condition.profile = stream_profile.name
                                                and condition.until is null
            where stream_profile.camera_id = camera.id
        ) stream
        where removed_at is null and unit_id = any($1::bigint[])
        """,
        list(unit_ids),
    )
    return text


async def unknown_ids(connection: Connection, camera_ids: Sequence[int]) -> list[int]:
    """Those of which there never was a camera."""
    rows = await connection.fetch(
        "select id from unnest($1::bigint[]) id where not exists (select from camera where camera.id = id.id)",
        list(camera_ids),
    )
    return [row["id"] for row in rows]
