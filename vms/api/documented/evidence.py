"""The calls about recordings as evidence, as part of the table of calls: register, audit, holds, exports, deletions."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from vms.access import errors as access_errors
from vms.access.access import Act, RequestType
from vms.api.documented.call import Call
from vms.api.documented.shapes import Fault, Shape, Words
from vms.cameras.errors import CameraUnknown
from vms.exports import errors as export_errors
from vms.exports.export import ExportState
from vms.holds import errors as hold_errors
from vms.masked import errors as masked_errors
from vms.timeline.errors import TimelineRangeInvalid

_AT: Final = "2026-11-05T12:00:00.000Z"
_END: Final = "2026-11-05T12:20:00.000Z"
_ID: Final = "0b9f6a62-6b64-4c5e-9d0f-6f2f8f6f6a01"


class AccessShape(Shape):
    id: UUID
    at: datetime
    person: str
    organisation: str
    reason: str
    request_type: RequestType
    document_number: str
    case_number: str
    unmasked: bool
    cameras: list[int]
    start_at: datetime
    end_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class UseShape(Shape):
    at: datetime
    act: Act
    cameras: list[int]
    start_at: datetime
    end_at: datetime


class AccessWithUsesShape(AccessShape):
    uses: list[UseShape]


class AccessesShape(Shape):
    accesses: list[AccessShape]


class AuditLineShape(Shape):
    seq: int
    at: datetime
    author: str
    act: str
    target: str
    cameras: list[int]
    units: list[int]
    case: str
    detail: dict[str, Any]
    link: str


class AuditPageShape(Shape):
    lines: list[AuditLineShape]
    next: int | None


class AuditFaultShape(Shape):
    wrong: str
    seq: int
    message: Words


class AuditVerificationShape(Shape):
    sound: bool
    lines: int
    count: int
    faults: list[AuditFaultShape]


class HoldShape(Shape):
    id: int
    cameras: list[int]
    start_at: datetime
    end_at: datetime
    reason: str
    case_number: str
    owner: str
    made_at: datetime
    expires_at: datetime | None
    needs_other: bool
    released_at: datetime | None
    released_by: str | None
    release_reason: str | None


class HoldsShape(Shape):
    holds: list[HoldShape]


class MaskedShape(Shape):
    region: list[tuple[float, float]] | None
    watermark: str
    originals: bool


class ExportShape(Shape):
    id: UUID
    access_id: UUID
    cameras: list[int]
    start_at: datetime
    end_at: datetime
    state: ExportState
    made_at: datetime
    ended_at: datetime | None
    done_bytes: int
    all_bytes: int
    bytes: int | None
    sha256: str | None
    error: Fault | None
    masked: MaskedShape | None


class ExportsShape(Shape):
    exports: list[ExportShape]


class DeletionShape(Shape):
    day: date
    camera_id: int
    profile: str
    rule: Literal["retention", "full_disk", "lost"]
    segments: int
    bytes: int
    start_at: datetime
    end_at: datetime


class DeletionsShape(Shape):
    segments: int
    bytes: int
    deletions: list[DeletionShape]


NEW_ACCESS: Final[Mapping[str, object]] = {
    "person": "王芳",
    "organisation": "江岸公安分局",
    "reason": "老人走失",
    "request_type": "police",
    "document_number": "江公调字〔2026〕12号",
    "case_number": "A-7",
    "cameras": [1],
    "start_at": _AT,
    "end_at": _END,
}
_ACCESS: Final = {
    **NEW_ACCESS,
    "id": _ID,
    "at": _AT,
    "unmasked": False,
    "expires_at": "2026-11-06T12:00:00.000Z",
    "ended_at": None,
}
_USE: Final = {"at": _AT, "act": "playback", "cameras": [1], "start_at": _AT, "end_at": _END}
NEW_HOLD: Final[Mapping[str, object]] = {
    "cameras": [1],
    "start_at": _AT,
    "end_at": _END,
    "reason": "交通事故",
    "owner": "王芳",
    "case_number": "A-7",
    "needs_other": True,
}
_HOLD: Final = {
    **NEW_HOLD,
    "id": 1,
    "made_at": _AT,
    "expires_at": None,
    "released_at": None,
    "released_by": None,
    "release_reason": None,
}
HOLD_RELEASE: Final = {"author": "李强", "reason": "案件办结"}
ACCESS_END: Final = {"author": "李强"}
_MASKED: Final = {
    "region": [[0.4, 0.3], [0.6, 0.3], [0.6, 0.9], [0.4, 0.9]],
    "watermark": "王芳 2026-11-05",
    "originals": False,
}
_EXPORT: Final = {
    "id": _ID,
    "access_id": _ID,
    "cameras": [1],
    "start_at": _AT,
    "end_at": _END,
    "state": "running",
    "made_at": _AT,
    "ended_at": None,
    "done_bytes": 300_000_000,
    "all_bytes": 600_000_000,
    "bytes": None,
    "sha256": None,
    "error": None,
    "masked": _MASKED,
}
_LINE: Final = {
    "seq": 12,
    "at": _AT,
    "author": "王芳",
    "act": "hold.place",
    "target": "hold 1",
    "cameras": [1],
    "units": [],
    "case": "A-7",
    "detail": {"reason": "交通事故"},
    "link": "00" * 32,
}
_DELETION: Final = {
    "day": "2026-11-05",
    "camera_id": 1,
    "profile": "main",
    "rule": "retention",
    "segments": 1440,
    "bytes": 43_200_000_000,
    "start_at": "2026-10-06T00:00:00.000Z",
    "end_at": "2026-10-07T00:00:00.000Z",
}
_REGISTER: Final = (
    access_errors.AccessNeeded,
    access_errors.AccessUnknown,
    access_errors.AccessExpired,
    access_errors.AccessNotForCamera,
    access_errors.AccessNotForRange,
)
_EXPORT_ERRORS: Final = (export_errors.ExportUnknown,)

EVIDENCE_CALLS: Final[Mapping[tuple[str, str], Call]] = {
    ("post", "/api/v1/accesses"): Call(
        asked=NEW_ACCESS,
        answer=AccessShape,
        example=_ACCESS,
        status=201,
        errors=tuple(access_errors.AccessInvalid.__subclasses__()),
    ),
    ("get", "/api/v1/accesses"): Call(answer=AccessesShape, example={"accesses": [_ACCESS]}),
    ("get", "/api/v1/accesses.csv"): Call(media="text/csv"),
    ("get", "/api/v1/accesses/{access_id}"): Call(
        answer=AccessWithUsesShape,
        example={**_ACCESS, "uses": [_USE]},
        errors=(access_errors.AccessUnknown,),
    ),
    ("post", "/api/v1/accesses/{access_id}/end"): Call(
        asked=ACCESS_END,
        answer=AccessShape,
        example=_ACCESS,
        errors=(access_errors.AccessUnknown, access_errors.AccessExpired),
    ),
    ("get", "/api/v1/audit"): Call(answer=AuditPageShape, example={"lines": [_LINE], "next": None}),
    ("get", "/api/v1/audit.csv"): Call(media="text/csv"),
    ("get", "/api/v1/audit/verification"): Call(
        answer=AuditVerificationShape, example={"sound": True, "lines": 12, "count": 0, "faults": []}
    ),
    ("post", "/api/v1/holds"): Call(
        asked=NEW_HOLD,
        answer=HoldShape,
        example=_HOLD,
        status=201,
        errors=(
            hold_errors.HoldFieldMissing,
            hold_errors.HoldRangeInvalid,
            hold_errors.HoldCameraUnknown,
        ),
    ),
    ("get", "/api/v1/holds"): Call(answer=HoldsShape, example={"holds": [_HOLD]}),
    ("post", "/api/v1/holds/{hold_id}/release"): Call(
        asked=HOLD_RELEASE,
        answer=HoldShape,
        example=_HOLD,
        errors=(
            hold_errors.HoldUnknown,
            hold_errors.HoldReleased,
            hold_errors.HoldNeedsAnother,
            hold_errors.HoldFieldMissing,
        ),
    ),
    ("post", "/api/v1/exports"): Call(
        asked={"access_id": _ID, "cameras": [1], "start_at": _AT, "end_at": _END, "masked": _MASKED},
        answer=ExportShape,
        example=_EXPORT,
        status=202,
        errors=(
            *_REGISTER,
            access_errors.AccessMasked,
            CameraUnknown,
            TimelineRangeInvalid,
            masked_errors.RegionInvalid,
            masked_errors.WatermarkInvalid,
            export_errors.ExportEmpty,
            export_errors.ExportNoRoom,
            export_errors.ExportTooMany,
        ),
    ),
    ("get", "/api/v1/exports"): Call(answer=ExportsShape, example={"exports": [_EXPORT]}),
    ("get", "/api/v1/exports/{export_id}"): Call(answer=ExportShape, example=_EXPORT, errors=_EXPORT_ERRORS),
    ("delete", "/api/v1/exports/{export_id}"): Call(
        answer=ExportShape, example=_EXPORT, errors=(*_EXPORT_ERRORS, export_errors.ExportNotDone)
    ),
    ("get", "/api/v1/exports/{export_id}/file"): Call(
        media="application/zip", errors=(*_EXPORT_ERRORS, export_errors.ExportNotDone, *_REGISTER)
    ),
    ("get", "/api/v1/deletions"): Call(
        answer=DeletionsShape,
        example={"segments": 1440, "bytes": 43_200_000_000, "deletions": [_DELETION]},
    ),
}
