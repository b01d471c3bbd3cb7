"""The settings of judging a stream's condition: every field with its unit and what it is for."""

from pydantic import BaseModel, ConfigDict, Field


class ConditionSettings(BaseModel):
    """From where on something counts as wrong, and for how long it must have been so before it is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    poll_s: float = Field(default=1.0, gt=0, le=5)
    """Seconds between two turns of judging: packets are taken in batches."""

    dead_after_s: float = Field(default=8.0, gt=0, le=60)
    """Seconds without a packet after which a stream is stalled or offline."""

    look_every_s: float = Field(default=12.0, gt=0)
    """Seconds between two keyframes that are decoded while nothing is wrong."""

    doubt_every_s: float = Field(default=4.0, gt=0)
    """The same while something may be wrong with the picture, or is."""

    frozen_same: float = Field(default=0.95, gt=0, le=1)
    """Share of pixels that are the same to the bit in a frozen picture."""

    frozen_after_s: float = Field(default=13.0, gt=0)
    """Seconds for which it must have been the same."""

    black_light: float = Field(default=40.0, gt=0, lt=255)
    """Grey level under which a black picture lies, but for the lightest 3 % of it: the camera's name and time."""

    black_after_s: float = Field(default=10.0, gt=0)
    """Seconds for which it must have been black."""

    flat_textured: float = Field(default=0.25, gt=0, lt=1)
    """Share of the picture in which a covered camera still shows anything (its name and time are written on some of it),
    where there is no reference picture to compare with."""

    blurred_sharp: float = Field(default=0.33, gt=0, lt=1)
    """Share of the reference's fine detail that a covered camera, or one out of focus, has at most."""

    blurred_alike: float = Field(default=0.5, gt=0, lt=1)
    """Correlation with the reference, both blurred, from which on it is out of focus and not covered."""

    covered_after_s: float = Field(default=15.0, gt=0)
    """Seconds for which it must have been so."""

    turned_found: float = Field(default=0.35, gt=0, lt=1)
    """Share of the reference's parts that are found again in a turned view, at most."""

    turned_after_s: float = Field(default=60.0, gt=0)
    """Seconds for which the view must have been another: lorries stop, crowds pass."""

    adapt_s: float = Field(default=1800.0, gt=0)
    """Seconds over which a reference picture follows the light."""

    low_fps: float = Field(default=0.7, gt=0, lt=1)
    """Share of its own median frame rate under which a stream is degraded."""

    loss: float = Field(default=0.05, gt=0, lt=1)
    """Share of frames that are missing in the time stamps, or marked corrupt, above which it is degraded."""

    long_gop_s: float = Field(default=10.0, gt=0)
    """Seconds between keyframes above which it is degraded: seeking, live view and this judging wait for them."""

    clock_offset_s: float = Field(default=5.0, gt=0)
    """Seconds by which the camera's clock may be wrong."""

    clock_rate: float = Field(default=0.02, gt=0)
    """By how much its time stamps may run faster or slower than this server's clock, as a share."""

    degraded_after_s: float = Field(default=10.0, ge=0)
    """Seconds for which it must have been degraded."""

    relapse_s: float = Field(default=300.0, ge=0)
    """Seconds within which a fault that comes back is not believed over at once."""

    steady_s: float = Field(default=30.0, ge=0)
    """Seconds without it after which such a fault is over."""
