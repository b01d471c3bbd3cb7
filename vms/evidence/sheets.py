"""The audit and the access register as CSV, for whoever supervises: opened by a spreadsheet, nothing in it is run."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final

from streams.segment import iso
from vms.access.access import Access
from vms.audit.audit import Audit, Filters
from vms.audit.in_json import line_as_json
from vms.cameras.sheets.comma_separated import write_csv

_PAGE: Final = 1000
_MARK: Final = b"\xef\xbb\xbf"
_LINE_COLUMNS: Final = ("seq", "at", "author", "act", "target", "cameras", "units", "case", "detail", "link")
_ACCESS_COLUMNS: Final = (
    "id",
    "at",
    "person",
    "organisation",
    "request_type",
    "document_number",
    "case",
    "reason",
    "cameras",
    "start_at",
    "end_at",
    "unmasked",
    "expires_at",
    "ended_at",
)


async def audit_as_csv(audit: Audit, filters: Filters) -> AsyncIterator[bytes]:
    """Every line that is asked for, the latest first, a page at a time. Raises: DatabaseUnavailable."""
    yield write_csv([_LINE_COLUMNS])
    before: int | None = None
    while lines := await audit.lines(**filters, before_seq=before, limit=_PAGE):
        rows = (line_as_json(line) for line in lines)
        page = write_csv([[_cell(row[name]) for name in _LINE_COLUMNS] for row in rows])
        yield page.removeprefix(_MARK)
        before = lines[-1].seq


def accesses_as_csv(accesses: Iterable[Access]) -> bytes:
    return write_csv([_ACCESS_COLUMNS, *(_access(access) for access in accesses)])


def _access(access: Access) -> Sequence[str]:
    return (
        str(access.id),
        iso(access.at),
        access.person,
        access.organisation,
        access.request_type,
        access.document_number,
        access.case_number,
        access.reason,
        _cell(list(access.camera_ids)),
        iso(access.start_at),
        iso(access.end_at),
        "yes" if access.unmasked else "no",
        iso(access.expires_at),
        "" if access.ended_at is None else iso(access.ended_at),
    )


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)
