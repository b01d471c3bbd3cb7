"""An export: which cameras in which time, under which access; how far it is; and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from runtime.chain import Digest
from streams.camera import CameraId
from vms.exports.masking import MaskedAsked

ExportState = Literal["waiting", "running", "done", "failed", "cancelled", "expired"]
OPEN: frozenset[ExportState] = frozenset({"waiting", "running"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    id: UUID
    access_id: UUID
    camera_ids: tuple[CameraId, ...]
    start_at: datetime
    end_at: datetime
    state: ExportState
    made_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    #: bytes of recorded files that were read, and in all
    done_bytes: int = 0
    all_bytes: int = 0
    #: of the file to download; None until it is done
    bytes: int | None = None
    sha256: Digest | None = None
    #: {"code", "message"}: why it failed
    error: dict[str, object] | None = None
    #: it holds masked copies; None: the originals alone
    masked: MaskedAsked | None = None

    @property
    def file_name(self) -> str:
        return f"evidence-{self.id}.zip"
