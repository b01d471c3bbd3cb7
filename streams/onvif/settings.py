"""The settings of talking to ONVIF devices: every field with its unit and what it is for."""

from pydantic import BaseModel, ConfigDict, Field


class OnvifSettings(BaseModel):
    """How devices are asked, and how much they may cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    events: bool = True
    """Whether cameras that have an ONVIF port are asked for their own events: motion, tampering, loss of video."""

    request_timeout_s: float = Field(default=10.0, gt=0, le=120)
    """Seconds within which a device must have answered in full."""

    read_timeout_s: float = Field(default=60.0, gt=0, le=600)
    """Seconds within which everything must be read of a device that is looked at."""

    most_bytes: int = Field(default=1_000_000, ge=1_000)
    """Bytes of the longest answer that is read."""

    most_snapshot_bytes: int = Field(default=10_000_000, ge=1_000)
    """Bytes of the largest picture that is taken from a device."""

    most_profiles: int = Field(default=128, ge=1)
    """Stream profiles that are read of one device: a recorder has two or three for each channel."""

    clock_drift_s: float = Field(default=5.0, gt=0)
    """Seconds by which a device's clock may be off before it is said."""

    pull_s: float = Field(default=20.0, gt=0, le=300)
    """Seconds for which a device may hold a question for events open until it has one."""

    subscription_s: float = Field(default=120.0, gt=0, le=3600)
    """Seconds after which a device may forget a subscription; it is renewed at half of it."""

    most_events: int = Field(default=100, ge=1, le=1000)
    """Events that a device may give in one answer."""

    backoff_first_s: float = Field(default=5.0, gt=0)
    """Seconds before a failed subscription is tried again; doubled each time."""

    backoff_most_s: float = Field(default=300.0, gt=0)
    """Seconds between two tries at most; after a refused password always, for devices lock accounts."""

    move_s: float = Field(default=1.0, gt=0, le=60)
    """Seconds after which a device itself ends a move that nobody has asked to go on."""
