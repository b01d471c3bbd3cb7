"""How much of recordings is shown at once."""

from pydantic import BaseModel, ConfigDict, Field


class PlaybackSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: hours that one playback may be for; a longer range is looked at in several
    most_hours: float = Field(default=6.0, gt=0)
    #: cameras that are shown in step
    most_cameras: int = Field(default=16, ge=1)
    #: playbacks that are remembered; the one that was not asked for longest is forgotten first
    most_playbacks: int = Field(default=200, ge=1)
    #: recorded files of which the places of their fragments are remembered, 4 kB each
    most_indexes: int = Field(default=4000, ge=1)
    #: seconds after which an access that was ended stops a playback that runs
    recheck_s: float = Field(default=5.0, ge=0)
    #: pictures in a strip
    most_thumbnails: int = Field(default=60, ge=1)
