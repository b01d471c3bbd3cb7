"""What a sheet did, or would do, row by row: for the person who brought it, and for programs. No I/O."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from streams.camera import CameraId
from vms.cameras.sheets.plan import Outcome
from vms.cameras.sheets.row import Fault

OUTCOMES: Final[tuple[Outcome, ...]] = ("created", "changed", "unchanged", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRow:
    line: int
    outcome: Outcome
    name: str
    #: None of a camera that was not written
    camera_id: CameraId | None
    #: names of the values that change
    changed: tuple[str, ...]
    faults: tuple[Fault, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "line": self.line,
            "outcome": self.outcome,
            "name": self.name,
            "camera_id": self.camera_id,
            "changed": list(self.changed),
            "faults": [{"column": fault.column, **fault.error.as_json()} for fault in self.faults],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    #: as the file was read: utf-8, gb18030, xlsx
    encoding: str
    #: false of a dry run, and where a row was refused: then nothing was written
    written: bool
    rows: tuple[ReportedRow, ...]

    @property
    def counts(self) -> dict[Outcome, int]:
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def refused(self) -> tuple[ReportedRow, ...]:
        return tuple(row for row in self.rows if row.outcome == "refused")

    def summary(self) -> dict[str, object]:
        found = self.counts
        return {
            "written": self.written,
            "encoding": self.encoding,
            **{outcome: found[outcome] for outcome in OUTCOMES},
        }
