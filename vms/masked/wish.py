"""What a masked copy is to look like: the region that stays sharp, what is black, the watermark, how strongly people are blurred."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from streams.mask import Polygon
from vms.masked.errors import RegionInvalid, WatermarkInvalid

MOST_CORNERS = 64
MOST_LETTERS = 160


class MaskedSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    #: frames a second of media time in which people are looked for; in between what was found before and after covers
    looks_fps: float = Field(default=10.0, gt=0, le=60)
    #: share of the network's own threshold from which on a box is covered: rather one too many
    score_share: float = Field(default=0.6, gt=0, le=1)
    #: how much of its longer side a box grows on every side
    margin: float = Field(default=0.15, ge=0, le=2)
    #: seconds before and after a sight for which its place is covered
    before_s: float = Field(default=1.0, ge=0, le=30)
    after_s: float = Field(default=1.0, ge=0, le=30)
    #: cores that one encoder may take
    threads: int = Field(default=1, ge=1, le=64)
    #: fragments of masked playback that are made at the same time, and MB of them that are kept in memory
    playback_at_once: int = Field(default=2, ge=1, le=64)
    playback_cache_mb: int = Field(default=128, ge=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedWish:
    #: people in it stay as they are; None: nobody does
    region: Polygon | None = None
    #: the camera's privacy masks
    masks: tuple[Polygon, ...] = ()
    watermark: str = ""
    settings: MaskedSettings = field(default_factory=MaskedSettings)

    def __post_init__(self) -> None:
        if self.region is not None:
            check_polygon(self.region)
        for polygon in self.masks:
            check_polygon(polygon)
        if len(self.watermark) > MOST_LETTERS:
            raise WatermarkInvalid(length=len(self.watermark), most=MOST_LETTERS)


def polygon_of(text: str) -> Polygon:
    """ "0,0 1,0 1,1" as corners. Raises: RegionInvalid."""
    try:
        corners = tuple((float(x), float(y)) for x, y in (each.split(",") for each in text.split()))
    except ValueError as error:
        raise RegionInvalid(region=text, reason="a corner is not two numbers with a comma") from error
    check_polygon(corners)
    return corners


def check_polygon(corners: Sequence[tuple[float, float]]) -> None:
    """Raises: RegionInvalid."""
    text = " ".join(f"{x:g},{y:g}" for x, y in corners)
    if not 3 <= len(corners) <= MOST_CORNERS:
        raise RegionInvalid(region=text, reason=f"it has {len(corners)} corners")
    if not all(0 <= value <= 1 for corner in corners for value in corner):  # NaN is refused too
        raise RegionInvalid(region=text, reason="a corner lies outside the picture")
    area = sum(
        x * after_y - after_x * y
        for (x, y), (after_x, after_y) in zip(corners, (*corners[1:], corners[0]), strict=True)
    )
    if abs(area) < 1e-6:
        raise RegionInvalid(region=text, reason="it has no area")
