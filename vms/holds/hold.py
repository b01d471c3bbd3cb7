"""A hold: which cameras in which time, why, whose; in force until it is released or has expired."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from streams.segment import iso


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    camera_ids: Sequence[int]
    start_at: datetime
    end_at: datetime
    reason: str
    owner: str
    case_number: str = ""
    expires_at: datetime | None = None
    #: only another person than the owner may release it
    needs_other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    id: int
    camera_ids: tuple[int, ...]
    start_at: datetime
    end_at: datetime
    reason: str
    case_number: str
    owner: str
    made_at: datetime
    expires_at: datetime | None
    needs_other: bool
    released_at: datetime | None = None
    released_by: str | None = None
    release_reason: str | None = None

    def as_json(self) -> dict[str, object]:
        def said(at: datetime | None) -> str | None:
            return None if at is None else iso(at)

        return {
            "id": self.id,
            "cameras": list(self.camera_ids),
            "start_at": iso(self.start_at),
            "end_at": iso(self.end_at),
            "reason": self.reason,
            "case_number": self.case_number,
            "owner": self.owner,
            "made_at": iso(self.made_at),
            "expires_at": said(self.expires_at),
            "needs_other": self.needs_other,
            "released_at": said(self.released_at),
            "released_by": self.released_by,
            "release_reason": self.release_reason,
        }
