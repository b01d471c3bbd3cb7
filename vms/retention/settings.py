"""How recordings are deleted when their time is over."""

from pydantic import BaseModel, ConfigDict, Field


class RetentionSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: seconds between two sweeps
    every_s: float = Field(default=600.0, gt=0)
    #: files that one transaction deletes at most
    batch: int = Field(default=500, ge=1)
    #: days that an alert keeps its own time, from 30 s before it to 60 s after, once it has ended
    alert_keep_days: int = Field(default=90, ge=0)
    #: days that conditions of cameras are kept: timelines and availability are made of them
    condition_days: int = Field(default=400, ge=31)
    #: free bytes below which the oldest recordings go before their time, those that must be kept excepted; it is above what
    #: `recording.keep_free_bytes` leaves free, so that recording goes on
    pressure_bytes: int = Field(default=1024 * 1024 * 1024, ge=0)
