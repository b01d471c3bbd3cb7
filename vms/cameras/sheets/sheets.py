"""Sheets into the registry and out of it: all rows in one transaction, or none; and the same sheet twice changes nothing.

Reading and comparing take seconds of computing for thousands of rows, so they run in a thread: the streams, the rooms and
the API of the same process go on.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from runtime.database import Connection, Database
from runtime.vault import Vault
from streams.camera import CameraId
from streams.store import ring_cameras
from vms.audit.audit import write as write_audit
from vms.audit.entry import AuditEntry
from vms.cameras import store as camera_store
from vms.cameras.networks import Networks
from vms.cameras.settings import CameraSettings
from vms.cameras.sheets import store
from vms.cameras.sheets.columns import COLUMNS, heading, written
from vms.cameras.sheets.comma_separated import read_csv, write_csv
from vms.cameras.sheets.errors import SheetKindUnknown, SheetTooLarge
from vms.cameras.sheets.plan import PlannedRow, Planner
from vms.cameras.sheets.report import ImportReport, ReportedRow
from vms.cameras.sheets.row import Headings, RowDraft, drafts
from vms.cameras.sheets.workbook import read_workbook, write_workbook
from vms.cameras.stored_camera import StoredCamera
from vms.cameras.units import store as unit_store
from vms.cameras.units.errors import UnitIdUnknown
from vms.cameras.units.unit import Tree, UnitId
from vms.cameras.writing import put_zones

Form = Literal["csv", "xlsx"]
#: rows from which on the planner's statistics are renewed
_MANY: Final = 1_000


class Sheets:
    def __init__(
        self, *, database: Database, vault: Vault, networks: Networks, settings: CameraSettings
    ) -> None:
        self._database = database
        self._vault = vault
        self._networks = networks
        self._settings = settings

    @property
    def most_bytes(self) -> int:
        """Of a sheet that is read at all."""
        return self._settings.sheet_bytes

    async def take_in(self, content: bytes, *, author: str, dry_run: bool = False) -> ImportReport:
        """Write what the sheet says, unless a row of it is refused or it is a dry run.

        Raises: SheetError for what is wrong with the sheet as a whole, DatabaseUnavailable.
        """
        encoding, headings, rows = await asyncio.to_thread(self._read, content)
        async with self._database.transaction() as connection:
            await camera_store.lock_cameras(connection)
            cameras = await camera_store.stored_cameras(connection)
            planner = Planner(
                cameras=cameras,
                tree=Tree(await unit_store.units(connection)),
                vault=self._vault,
                networks=self._networks,
                headings=headings,
            )
            plan = await asyncio.to_thread(planner.plan, rows)
            write = not dry_run and all(row.outcome != "refused" for row in plan)
            ids: Mapping[int, CameraId] = {}
            if write:
                ids = await _write(connection, plan, author=author)
                counts: Counter[str] = Counter(row.outcome for row in plan)
                if counts["created"] or counts["changed"]:
                    await write_audit(
                        connection, AuditEntry(author=author, act="camera.import", detail={**counts})
                    )
        return ImportReport(encoding=encoding, written=write, rows=tuple(_reported(row, ids) for row in plan))

    async def give_out(self, form: Form, *, chinese: bool, unit_id: UnitId | None = None) -> bytes:
        """Every camera, or those of a unit and all below it, as `take_in` takes it; without passwords, whose empty cells
        leave them as they are.

        Raises: UnitIdUnknown, DatabaseUnavailable.
        """
        async with self._database.connection() as connection:
            cameras = await camera_store.stored_cameras(connection)
            tree = Tree(await unit_store.units(connection))
        if unit_id is not None:
            if tree.get(unit_id) is None:
                raise UnitIdUnknown(unit_id=unit_id)
            units = {unit.id for unit in tree.subtree(unit_id)}
            cameras = [camera for camera in cameras if camera.configuration.unit_id in units]
        return await asyncio.to_thread(_table, cameras, tree, form, chinese)

    def _read(self, content: bytes) -> tuple[str, Headings, list[RowDraft]]:
        most = self._settings.sheet_bytes
        if len(content) > most:
            raise SheetTooLarge(most=most)
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            raise SheetKindUnknown
        if content.startswith(b"PK\x03\x04"):
            sheet = read_workbook(content, most_bytes=self._settings.sheet_unpacked_bytes)
        else:
            sheet = read_csv(content)
        headings, rows = drafts(sheet, most_rows=self._settings.sheet_rows)
        return sheet.encoding, headings, list(rows)


async def _write(
    connection: Connection, plan: Sequence[PlannedRow], *, author: str
) -> Mapping[int, CameraId]:
    """The number of each camera that is new, by its line."""
    new = [row for row in plan if row.outcome == "created"]
    changed = [row for row in plan if row.outcome == "changed"]
    if not new and not changed:
        return {}
    ids = dict(zip((row.line for row in new), await store.new_ids(connection, len(new)), strict=True))
    touched, versions = [], []
    for row in (*new, *changed):
        assert row.after is not None  # only a row that was refused has none
        camera_id = ids[row.line] if row.before is None else row.before.id
        version = 1 if row.before is None else row.before.version + 1
        touched.append((camera_id, row.after, row.secrets))
        versions.append((camera_id, version, row.changes))
    if changed:
        await store.copy_changed(
            connection,
            [
                (camera_id, version, after)
                for (camera_id, after, _), (_, version, _) in zip(
                    touched[len(new) :], versions[len(new) :], strict=True
                )
            ],
        )
        await store.free_names(connection)
        await store.take_over(connection)
    await store.copy_new(connection, [(camera_id, after) for camera_id, after, _ in touched[: len(new)]])
    await store.put_profiles(connection, touched)
    drawn = {
        camera_id: after
        for (camera_id, after, _), (_, _, changes) in zip(touched, versions, strict=True)
        if "zones" in changes
    }
    if drawn:
        await put_zones(connection, drawn)
    await store.copy_versions(connection, versions, author=author)
    if len(touched) >= _MANY:
        await store.renew_statistics(connection)
    await ring_cameras(connection)
    return ids


def _reported(row: PlannedRow, ids: Mapping[int, CameraId]) -> ReportedRow:
    return ReportedRow(
        line=row.line,
        outcome=row.outcome,
        name=row.name,
        camera_id=row.before.id if row.before else ids.get(row.line),
        changed=tuple(row.changes) if row.outcome == "changed" else (),
        faults=row.faults,
    )


def _table(cameras: Sequence[StoredCamera], tree: Tree, form: Form, chinese: bool) -> bytes:
    rows: list[list[str | float | int]] = [[heading(column, chinese=chinese) for column in COLUMNS]]
    for camera in sorted(cameras, key=lambda camera: camera.id):
        configuration, facts = camera.configuration, camera.configuration.facts
        values: list[str | float | int] = []
        for column in COLUMNS:
            if column.name == "unit":
                values.append(tree.path(configuration.unit_id))
            elif column.name == "password":
                values.append("")
            else:
                owner = configuration if hasattr(configuration, column.name) else facts
                values.append(written(column.name, getattr(owner, column.name), chinese=chinese))
        rows.append(values)
    return write_csv(rows) if form == "csv" else write_workbook(rows)
