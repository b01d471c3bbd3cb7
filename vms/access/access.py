"""An access: leave to look at or take recordings of cameras in a range of time, with its reason and its authority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from streams.segment import iso

RequestType = Literal["police", "state_organ", "personal", "supervision", "duty"]
Act = Literal["playback", "thumbnails", "export", "download"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestKind:
    """On what a request rests: articles of State Council Decree 799."""

    en: str
    zh: str
    #: a document number must be named
    needs_document: bool


REQUEST_KINDS: Final[Mapping[RequestType, RequestKind]] = {
    "police": RequestKind(
        en="police, within their powers (art. 20)", zh="公安机关依法调取（第二十条）", needs_document=True
    ),
    "state_organ": RequestKind(
        en="another organ of the state, within its powers (art. 20)",
        zh="其他国家机关依法调取（第二十条）",
        needs_document=True,
    ),
    "personal": RequestKind(
        en="a person, for life, health or property, with the manager's consent (art. 21)",
        zh="个人为保护生命健康财产，经管理人同意查阅（第二十一条）",
        needs_document=False,
    ),
    "supervision": RequestKind(en="supervision of this system", zh="监督检查", needs_document=False),
    "duty": RequestKind(en="duty: handling an alert", zh="值班处置警情", needs_document=False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccess:
    person: str
    #: of the person: a police station, a court, a community
    organisation: str
    reason: str
    request_type: RequestType
    camera_ids: Sequence[int]
    start_at: datetime
    end_at: datetime
    document_number: str = ""
    case_number: str = ""
    #: pictures without the cameras' privacy masks
    unmasked: bool = False
    expires_in: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    id: UUID
    at: datetime
    person: str
    organisation: str
    reason: str
    request_type: RequestType
    document_number: str
    case_number: str
    unmasked: bool
    camera_ids: tuple[int, ...]
    start_at: datetime
    end_at: datetime
    expires_at: datetime
    #: ended early; None where it was not
    ended_at: datetime | None = None

    def holds_at(self, instant: datetime) -> bool:
        return instant < self.expires_at and (self.ended_at is None or instant < self.ended_at)

    def as_json(self) -> dict[str, object]:
        """As manifests and programs are told of it."""
        return {
            "id": str(self.id),
            "at": iso(self.at),
            "person": self.person,
            "organisation": self.organisation,
            "reason": self.reason,
            "request_type": self.request_type,
            "document_number": self.document_number,
            "case_number": self.case_number,
            "unmasked": self.unmasked,
            "cameras": list(self.camera_ids),
            "start_at": iso(self.start_at),
            "end_at": iso(self.end_at),
            "expires_at": iso(self.expires_at),
            "ended_at": None if self.ended_at is None else iso(self.ended_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessUse:
    """What was done with an access, once."""

    access_id: UUID
    at: datetime
    act: Act
    camera_ids: tuple[int, ...]
    start_at: datetime
    end_at: datetime
