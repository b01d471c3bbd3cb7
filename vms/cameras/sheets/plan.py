"""What a sheet would do to the registry: each row created, changed, unchanged or refused and why. No I/O.

A row is of the camera with its code, else of the one with its main address. Names, codes and addresses must be free in
the registry as it would be afterwards, so that two cameras may swap their names in one sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from runtime.errors import VmsError
from runtime.vault import Vault
from streams.camera import CameraId, ProfileName
from streams.url import StreamUrl
from vms.cameras import writing
from vms.cameras.configuration import Configuration, changes, faults
from vms.cameras.errors import CameraCodeTaken, CameraNameTaken
from vms.cameras.networks import Networks
from vms.cameras.sheets.errors import CellMissing, RowAddressTaken, RowAmbiguous, RowDoubled
from vms.cameras.sheets.row import Fault, Headings, RowDraft
from vms.cameras.stored_camera import StoredCamera, StoredSecret
from vms.cameras.units.errors import UnitError
from vms.cameras.units.unit import Tree, UnitId
from vms.cameras.writing import Credentials

Outcome = Literal["created", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    line: int
    outcome: Outcome
    name: str
    #: None of a camera that is new
    before: StoredCamera | None
    after: Configuration | None
    secrets: Mapping[ProfileName, StoredSecret]
    #: {name: [before, after]}, as the history has it
    changes: Mapping[str, object]
    faults: tuple[Fault, ...] = ()


class Planner:
    def __init__(
        self,
        *,
        cameras: Sequence[StoredCamera],
        tree: Tree,
        vault: Vault,
        networks: Networks,
        headings: Headings,
    ) -> None:
        self._cameras = cameras
        self._tree = tree
        self._vault = vault
        self._networks = networks
        self._headings = headings
        self._units: dict[str, UnitId | VmsError] = {}
        self._by_code = {
            camera.configuration.facts.code: camera for camera in cameras if camera.configuration.facts.code
        }
        self._by_url: dict[str, list[StoredCamera]] = {}
        for camera in cameras:
            self._by_url.setdefault(camera.configuration.main_url, []).append(camera)

    def plan(self, drafts: Iterable[RowDraft]) -> list[PlannedRow]:
        """In order of the rows."""
        lines: dict[CameraId, int] = {}
        rows = [self._row(draft, lines) for draft in drafts]
        return self._without_clashes(rows, lines)

    def _row(self, draft: RowDraft, lines: dict[CameraId, int]) -> PlannedRow:
        found = list(draft.faults)
        before = self._camera_of(draft, found)
        if before is not None and lines.setdefault(before.id, draft.line) != draft.line:
            found.append(Fault(column=None, error=RowDoubled(line=lines[before.id])))
        unit_id = self._unit(draft, before, found)
        values = {name: value for name, value in draft.values.items() if name != "unit"}
        begin = before.configuration if before else Configuration(unit_id=UnitId(0), name="", main_url="")
        after = begin.with_values({**values, "unit_id": unit_id}).settled(begin if before else None)
        named = {fault.column for fault in found}
        for name, error in faults(after, self._networks):
            shown = self._headings.shown.get(name)
            if shown not in named or shown is None:
                found.append(Fault(column=shown, error=error))
        secrets = writing.settle_secrets(
            self._vault, after, before.secrets if before else {}, _credentials(draft, before)
        )
        after = replace(after, username=secrets["main"].username)
        changed = {
            **changes(before.configuration if before else None, after),
            **writing.secret_changes(before.secrets if before else {}, secrets),
        }
        outcome: Outcome = "created" if before is None else "changed" if changed else "unchanged"
        return PlannedRow(
            line=draft.line,
            outcome="refused" if found else outcome,
            name=after.name,
            before=before,
            after=after,
            secrets=secrets,
            changes=changed,
            faults=tuple(found),
        )

    def _camera_of(self, draft: RowDraft, found: list[Fault]) -> StoredCamera | None:
        code, url = draft.values.get("code"), draft.values.get("main_url")
        if code and str(code) in self._by_code:
            return self._by_code[str(code)]
        at = self._by_url.get(str(url), []) if url else []
        if len(at) > 1:
            numbers = ", ".join(str(camera.id) for camera in at[:10])
            found.append(Fault(column=self._headings.shown["main_url"], error=RowAmbiguous(numbers=numbers)))
            return None
        return at[0] if at else None

    def _unit(self, draft: RowDraft, before: StoredCamera | None, found: list[Fault]) -> UnitId:
        reference = str(draft.values.get("unit") or "")
        if not reference:
            if before is not None:
                return before.configuration.unit_id
            if not any(fault.column == self._headings.shown["unit"] for fault in found):
                found.append(Fault(column=self._headings.shown["unit"], error=CellMissing()))
            return UnitId(0)
        known = self._units.get(reference)
        if known is None:
            try:
                known = self._tree.find(reference).id
            except UnitError as error:
                known = error
            self._units[reference] = known
        if isinstance(known, VmsError):
            found.append(Fault(column=self._headings.shown["unit"], error=known))
            return UnitId(0)
        return known

    def _without_clashes(self, rows: list[PlannedRow], lines: Mapping[CameraId, int]) -> list[PlannedRow]:
        """With rows refused whose name, code or address would be another's too."""
        names: dict[object, tuple[str, int | None]] = {}
        codes: dict[object, tuple[str, int | None]] = {}
        urls: dict[object, tuple[str, int | None]] = {}
        for camera in self._cameras:
            if camera.id in lines:
                continue
            configuration = camera.configuration
            holder = (configuration.name, None)
            names[configuration.unit_id, configuration.name] = holder
            codes[configuration.facts.code] = holder
            urls[configuration.main_url] = holder
        checked = []
        for row in rows:
            after = row.after
            if after is None or row.outcome == "refused":
                checked.append(row)
                continue
            found = []
            for what, key, holders in (
                ("name", (after.unit_id, after.name), names),
                ("code", after.facts.code, codes),
                ("main_url", after.main_url, urls),
            ):
                if key is None:
                    continue
                name, line = holders.setdefault(key, (after.name, row.line))
                if line != row.line:
                    error = self._clash(what, after, name, line)
                    found.append(Fault(column=self._headings.shown.get(what), error=error))
            checked.append(replace(row, outcome="refused", faults=tuple(found)) if found else row)
        return checked

    def _clash(self, what: str, after: Configuration, holder: str, line: int | None) -> VmsError:
        if line is not None:
            return RowDoubled(line=line)
        if what == "name":
            return CameraNameTaken(unit=self._tree.path(after.unit_id), name=after.name)
        if what == "code":
            return CameraCodeTaken(code=after.facts.code, name=holder)
        return RowAddressTaken(name=holder)


def _credentials(draft: RowDraft, before: StoredCamera | None) -> dict[ProfileName, Credentials]:
    """An account in an address is that stream's; else the columns are of all streams, and an account that is still the
    main stream's changes none."""
    given = draft.values.get("username")
    username = None if given is None else str(given)
    if before is not None and username == before.configuration.username:
        username = None

    def of(url: StreamUrl | None) -> Credentials:
        if url is not None and (url.username or url.password):
            return Credentials(username=url.username, password=url.password)
        return Credentials(username=username, password=draft.password)

    return {"main": of(draft.main), "sub": of(draft.sub)}
