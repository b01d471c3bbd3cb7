"""What can be set of a worker."""

from pydantic import BaseModel, ConfigDict, Field


class WorkerSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: how the others know it; empty is its host and data folder
    name: str = Field(default="", max_length=200)
    #: most cameras that it takes; 0 is no limit
    cameras: int = Field(default=0, ge=0)
    #: seconds after which the cameras of a worker that is silent are taken by others
    lease_s: float = Field(default=15.0, ge=1, le=3600)
    #: seconds for which a worker without its database goes on after that, though others may have its cameras by then
    overlap_s: float = Field(default=60.0, ge=0)
