"""What a list of cameras can be asked for, a page at a time."""

from dataclasses import dataclass

from streams.camera import CameraId
from streams.condition import ConditionCause
from vms.cameras.camera_state import CameraState
from vms.cameras.errors import CursorInvalid
from vms.cameras.place import Filing
from vms.cameras.units.unit import UnitId

#: the highest number that the database holds
_HIGHEST = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraQuery:
    #: it and all below it
    unit_id: UnitId | None = None
    #: words that name, code, place, address, make, model or serial must hold, all of them
    text: str = ""
    state: CameraState | None = None
    #: of any of its streams
    cause: ConditionCause | None = None
    enabled: bool | None = None
    filing: Filing | None = None
    #: of the page before
    cursor: str | None = None
    limit: int = 100

    @property
    def words(self) -> list[str]:
        return self.text.lower().split()

    @property
    def after(self) -> int:
        """Raises: CursorInvalid."""
        if self.cursor is None:
            return 0
        if not (self.cursor.isascii() and self.cursor.isdigit() and len(self.cursor) < 20):
            raise CursorInvalid(cursor=self.cursor[:40])
        after = int(self.cursor)
        if after >= _HIGHEST:
            raise CursorInvalid(cursor=self.cursor)
        return after


def cursor_after(camera_id: CameraId) -> str:
    return str(camera_id)
