"""How exports are made and how long they lie."""

from pydantic import BaseModel, ConfigDict, Field


class ExportSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: exports that may wait; more are refused
    most_waiting: int = Field(default=20, ge=1)
    #: days after which the file of an export is removed; its row stays
    keep_days: int = Field(default=30, ge=1)
    #: bytes that exports leave free on their disk
    keep_free_bytes: int = Field(default=500 * 1024 * 1024, ge=0)
