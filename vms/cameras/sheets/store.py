"""The SQL of thousands of cameras at once: rows are copied in, then joined; the caller owns the transaction and the lock."""

import json
from collections.abc import Mapping, Sequence

from runtime.database import Connection
from streams.camera import CameraId, ProfileName
from vms.cameras.configuration import Configuration
from vms.cameras.store import COLUMNS, values_of
from vms.cameras.stored_camera import StoredSecret


async def new_ids(connection: Connection, count: int) -> list[CameraId]:
    rows = await connection.fetch(
        "select nextval(pg_get_serial_sequence('camera', 'id')) as id from generate_series(1, $1)", count
    )
    return [CameraId(row["id"]) for row in rows]


async def copy_new(connection: Connection, cameras: Sequence[tuple[CameraId, Configuration]]) -> None:
    await connection.copy_records_to_table(
        "camera",
        columns=["id", *COLUMNS],
        records=[(camera_id, *values_of(configuration)) for camera_id, configuration in cameras],
    )


async def copy_changed(
    connection: Connection, cameras: Sequence[tuple[CameraId, int, Configuration]]
) -> None:
    """Numbers, the versions from then on, and configurations, to where `free_names` and `take_over` find them."""
    await connection.execute(
        f"""
        create temp table changed_camera on commit drop as
        select id, version, {", ".join(COLUMNS)} from camera with no data
        """
    )
    await connection.copy_records_to_table(
        "changed_camera",
        columns=["id", "version", *COLUMNS],
        records=[(camera_id, version, *values_of(after)) for camera_id, version, after in cameras],
    )
    await connection.execute("analyze changed_camera")


async def free_names(connection: Connection) -> None:
    """Names and codes that change go out of the way first, so that cameras can swap them."""
    await connection.execute(
        """
        update camera set name = 'import ' || camera.id, code = null from changed_camera
        where camera.id = changed_camera.id
          and (camera.name, camera.unit_id, camera.code)
              is distinct from (changed_camera.name, changed_camera.unit_id, changed_camera.code)
        """
    )


async def take_over(connection: Connection) -> None:
    await connection.execute(
        f"""
        update camera set version = changed_camera.version,
            {", ".join(f"{name} = changed_camera.{name}" for name in COLUMNS)}
        from changed_camera where camera.id = changed_camera.id
        """
    )


async def put_profiles(
    connection: Connection,
    cameras: Sequence[tuple[CameraId, Configuration, Mapping[ProfileName, StoredSecret]]],
) -> None:
    """Every stream of these cameras; what they no longer have goes."""
    await connection.execute(
        """
        create temp table wanted_profile on commit drop as
        select camera_id, name, url, username, password, recorded, analysed from stream_profile with no data
        """
    )
    records: list[tuple[object, ...]] = []
    for camera_id, configuration, secrets in cameras:
        urls: tuple[tuple[ProfileName, str | None], ...] = (
            ("main", configuration.main_url),
            ("sub", configuration.sub_url),
        )
        for name, url in urls:
            if url is not None:
                account, use = secrets[name], (configuration.records(name), configuration.analyses(name))
                records.append((camera_id, name, url, account.username, account.token, *use))
    await connection.copy_records_to_table("wanted_profile", records=records)
    await connection.execute("analyze wanted_profile")
    await connection.execute(
        """
        delete from stream_profile
        where camera_id in (select camera_id from wanted_profile)
          and not exists (select from wanted_profile
                          where wanted_profile.camera_id = stream_profile.camera_id
                            and wanted_profile.name = stream_profile.name)
        """
    )
    await connection.execute(
        """
        insert into stream_profile (camera_id, name, url, username, password, recorded, analysed)
        select camera_id, name, url, username, password, recorded, analysed from wanted_profile
        on conflict (camera_id, name) do update set url = excluded.url, username = excluded.username,
            password = excluded.password, recorded = excluded.recorded, analysed = excluded.analysed
        """
    )


async def copy_versions(
    connection: Connection,
    versions: Sequence[tuple[CameraId, int, Mapping[str, object]]],
    *,
    author: str,
) -> None:
    await connection.execute(
        """
        create temp table written_version (camera_id bigint, version int, changes text) on commit drop
        """
    )
    await connection.copy_records_to_table(
        "written_version",
        records=[(camera_id, version, json.dumps(changes)) for camera_id, version, changes in versions],
    )
    await connection.execute(
        """
        insert into camera_version (camera_id, version, author, changes)
        select camera_id, version, $1, changes::jsonb from written_version
        """,
        author,
    )


async def renew_statistics(connection: Connection) -> None:
    """Thousands of rows are new: what the planner believes of these tables is not true any more, and the index for
    searches has them on its pile of what is still to be sorted in."""
    await connection.execute("select gin_clean_pending_list('camera_search')")
    await connection.execute("analyze camera, stream_profile, zone")
