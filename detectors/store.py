"""The SQL of zones: one statement a function; the caller owns the transaction."""

from collections import defaultdict
from collections.abc import Sequence

from detectors.event import ZoneId
from detectors.zones import Zone
from runtime.database import Connection


async def put_zone(connection: Connection, camera_id: int, zone: Zone) -> ZoneId:
    """Add the zone to the camera, or replace the one of its name; its own id is not read."""
    found: int = await connection.fetchval(
        """
        insert into zone (camera_id, name, polygon, rules, crowd_limit, ground) values ($1, $2, $3, $4, $5, $6)
        on conflict (camera_id, name) do update set
            polygon = excluded.polygon, rules = excluded.rules, crowd_limit = excluded.crowd_limit,
            ground = excluded.ground
        returning id
        """,
        camera_id,
        zone.name,
        [list(point) for point in zone.polygon],
        sorted(zone.rules),
        zone.crowd_limit or None,
        zone.ground.as_json() if zone.ground else None,
    )
    return ZoneId(found)


async def zones_by_camera(
    connection: Connection, camera_ids: Sequence[int] | None = None
) -> dict[int, list[Zone]]:
    """Of all cameras, or of those named."""
    rows = await connection.fetch(
        """
        select id, camera_id, name, polygon, rules, crowd_limit, ground from zone
        where $1::bigint[] is null or camera_id = any($1) order by camera_id, id
        """,
        None if camera_ids is None else list(camera_ids),
    )
    zones: defaultdict[int, list[Zone]] = defaultdict(list)
    for row in rows:
        zones[row["camera_id"]].append(
            Zone.parse(
                id=ZoneId(row["id"]),
                name=row["name"],
                polygon=row["polygon"],
                rules=row["rules"],
                crowd_limit=row["crowd_limit"],
                ground=row["ground"],
            )
        )
    return dict(zones)
