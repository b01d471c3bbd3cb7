"""How much one entry of the access register may be for."""

from pydantic import BaseModel, ConfigDict, Field


class AccessSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: days of recordings that one access may be for
    most_days: int = Field(default=31, ge=1)
    #: hours after which an access expires at the latest
    most_hours: int = Field(default=7 * 24, ge=1)
