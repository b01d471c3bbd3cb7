"""What an operator may set about the detectors, with units. The defaults are what README.md's figures were measured with."""

from pydantic import BaseModel, ConfigDict, Field


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TrackerSettings(_Settings):
    start_score: float = Field(
        default=0.25, ge=0, le=1, description="a detection under this score starts no track"
    )
    confirm_s: float = Field(
        default=0.3, ge=0, description="seconds from first to latest sighting before a track counts"
    )
    lost_after_s: float = Field(default=3.0, gt=0, description="seconds unseen after which a track ends")
    reach: float = Field(
        default=0.6, gt=0, description="how far a person may move between sightings, in own box lengths"
    )
    reach_growth: float = Field(
        default=0.5, ge=0, description="by how much the reach grows per second unseen, in own box lengths"
    )
    reach_most: float = Field(default=1.2, gt=0, description="the most the reach grows to")


class FallSettings(_Settings):
    pass


class CrowdSettings(_Settings):
    enter_s: float = Field(default=3.0, ge=0, description="seconds above the limit before it is stated")
    leave_s: float = Field(
        default=5.0, ge=0, description="seconds at or below the lower mark before it is over"
    )
    leave_share: float = Field(
        default=0.8, gt=0, le=1, description="the lower mark, as a share of the limit: hysteresis"
    )
    window_s: float = Field(
        default=2.0, ge=0, description="the count is the median of the counts of so many seconds"
    )


class DetectorSettings(_Settings):
    fall_fps: float = Field(default=8.0, gt=0, le=30, description="frames a second for falls")
    crowd_fps: float = Field(default=2.0, gt=0, le=30, description="frames a second for crowds")
    pose_size: int = Field(
        default=320,
        ge=128,
        le=1024,
        description="longer side of the picture as the pose network sees it, pixels",
    )
    crop_size: int = Field(
        default=224, ge=96, le=512, description="longer side of a second look at one person, pixels"
    )
    second_looks: int = Field(
        default=2, ge=0, le=6, description="at most so many second looks at persons out of sight, per frame"
    )
    tracker: TrackerSettings = TrackerSettings()
    fall: FallSettings = FallSettings()
    crowd: CrowdSettings = CrowdSettings()
