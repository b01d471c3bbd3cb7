"""The SQL of zones: one statement a function; the caller owns the transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from detectors.zones import Zone
from runtime.database import Connection
from streams.camera import CameraId


async def put_zones(connection: Connection, zones: Mapping[CameraId, Sequence[Zone]]) -> None:
    """Write the zones of these cameras. One of a name that its camera has or ever had keeps its id, and with it its
    alerts; the ids given are not read."""
    await connection.execute(
        """
        insert into zone (camera_id, name, polygon, rules, crowd_limit, ground, hours)
        select camera_id, name, polygon, rules, crowd_limit, nullif(ground, 'null'), hours
        from jsonb_to_recordset($1::jsonb) as drawn
            (camera_id bigint, name text, polygon jsonb, rules text[], crowd_limit int, ground jsonb, hours text)
        on conflict (camera_id, name) do update set
            polygon = excluded.polygon, rules = excluded.rules, crowd_limit = excluded.crowd_limit,
            ground = excluded.ground, hours = excluded.hours, removed_at = null
        """,
        [{"camera_id": id, **zone.as_json()} for id, drawn in zones.items() for zone in drawn],
    )


async def remove_other_zones(connection: Connection, zones: Mapping[CameraId, Sequence[Zone]]) -> None:
    """Take out of use what these cameras have beside these. The rows stay: alerts and events speak of them."""
    kept = [(camera_id, zone.name) for camera_id, drawn in zones.items() for zone in drawn]
    await connection.execute(
        """
        update zone set removed_at = now()
        where camera_id = any($1::bigint[]) and removed_at is null
          and not exists (
              select from unnest($2::bigint[], $3::text[]) as kept (camera_id, name)
              where kept.camera_id = zone.camera_id and kept.name = zone.name
          )
        """,
        list(zones),
        [camera_id for camera_id, _ in kept],
        [name for _, name in kept],
    )


async def zones_by_camera(
    connection: Connection, camera_ids: Sequence[int] | None = None
) -> dict[int, list[Zone]]:
    """Those in use, of all cameras, or of those named."""
    rows = await connection.fetch(
        """
        select id, camera_id, name, polygon, rules, crowd_limit, ground, hours from zone
        where removed_at is null and ($1::bigint[] is null or camera_id = any($1)) order by camera_id, id
        """,
        None if camera_ids is None else list(camera_ids),
    )
    zones: defaultdict[int, list[Zone]] = defaultdict(list)
    for row in rows:
        values = {name: value for name, value in row.items() if name != "camera_id"}
        zones[row["camera_id"]].append(Zone.parse(**values))
    return dict(zones)
