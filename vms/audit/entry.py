"""One line of the audit: who did what to what, as canonical JSON that the chain is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from runtime.chain import Digest, canonical
from streams.segment import iso


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    #: free text until there are accounts: who did it
    author: str
    #: noun.verb: camera.change, hold.place, access.use
    act: str
    #: noun and id: "camera 7", "hold 3"; empty where there is none
    target: str = ""
    camera_ids: Sequence[int] = ()
    unit_ids: Sequence[int] = ()
    case: str = ""
    #: what else there is to know: no floats, no secrets
    detail: Mapping[str, object] = field(default_factory=dict)

    def statement(self, seq: int, at: datetime) -> str:
        return canonical(
            {
                "seq": seq,
                "at": iso(at),
                "author": self.author,
                "act": self.act,
                "target": self.target,
                "cameras": sorted(self.camera_ids),
                "units": sorted(self.unit_ids),
                "case": self.case,
                "detail": self.detail,
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """An entry as it was written."""

    seq: int
    at: datetime
    statement: str
    link: Digest
    author: str
    act: str
    target: str
    camera_ids: tuple[int, ...]
    unit_ids: tuple[int, ...]
    case_number: str
