"""When cameras that cannot be seen become an alert, and when that is over."""

from pydantic import BaseModel, ConfigDict, Field


class OutageSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: seconds for which what fails together is gathered before it is told, and between two tellings of one alert
    gather_s: float = Field(default=5.0, gt=0)
    #: seconds after an alert last grew in which more of the same joins it
    join_s: float = Field(default=60.0, ge=0)
    #: share of a unit's cameras, and how many at least, that make it one outage of the whole unit
    unit_share: float = Field(default=0.5, gt=0, le=1)
    unit_least: int = Field(default=3, ge=2)
    #: seconds that a camera must be back before it leaves its alert, doubled for every outage of the last `memory_s`
    recover_s: float = Field(default=30.0, ge=0)
    recover_most_s: float = Field(default=1800.0, ge=0)
    memory_s: float = Field(default=3600.0, ge=0)
    #: seconds that a camera has to be seen again after a start of the server
    start_s: float = Field(default=30.0, ge=0)
    #: seconds for which a camera that was never seen is not told of: somebody is still installing it
    never_connected_s: float = Field(default=300.0, ge=0)
    #: seconds after which an alert that lasts is major
    major_after_s: float = Field(default=1800.0, gt=0)
