"""Masked copies of the clips of an export, for release: what is asked for, and the making of one. Blocks; called in a thread."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from detectors.detector import PersonDetector
from streams.mask import Polygon
from vms.evidence.manifest import PackedClip
from vms.masked.copy import make_masked_copy
from vms.masked.wish import MaskedSettings, MaskedWish, check_polygon


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedAsked:
    """Of an export: it holds masked copies, and the originals only where they are asked for, too."""

    #: people in it stay as they are
    region: Polygon | None = None
    #: empty: who, when and under which access
    watermark: str = ""
    originals: bool = False

    def __post_init__(self) -> None:
        """Raises: RegionInvalid, WatermarkInvalid."""
        if self.region is not None:
            check_polygon(self.region)
        MaskedWish(watermark=self.watermark)

    def as_json(self) -> dict[str, object]:
        region = None if self.region is None else [list(corner) for corner in self.region]
        return {"region": region, "watermark": self.watermark, "originals": self.originals}

    @classmethod
    def of_json(cls, said: Mapping[str, object]) -> "MaskedAsked":
        """What `as_json` gave."""
        region = said["region"]
        corners = None if region is None else tuple((float(x), float(y)) for x, y in region)  # type: ignore[attr-defined]
        return cls(
            region=corners,
            watermark=str(said["watermark"]),
            originals=bool(said["originals"]),
        )


class Masker:
    """Shared by all exports: the network is loaded when it is first needed."""

    def __init__(self, *, load: Callable[[], PersonDetector], settings: MaskedSettings) -> None:
        self._load = load
        self._settings = settings
        self._detector: PersonDetector | None = None
        self._loading = Lock()

    def mask_clip(
        self,
        clip: PackedClip,
        folder: Path,
        asked: MaskedAsked,
        *,
        masks: Sequence[Polygon],
        segments: Sequence[Mapping[str, object]],
        hear: Callable[[], None],
    ) -> dict[str, object]:
        """Make it beside the clip; what the manifest says of it. `hear` may raise, to give up.

        `segments`: the recorded files that the clip was cut from. Raises: VideoUnreadable, VideoUnwritable, DetectorError.
        """
        source = folder / clip.file
        name = clip.file.removesuffix(".mp4") + "-masked.mp4"
        original: dict[str, object] = {"clip": clip.file, "segments": list(segments)}
        wish = MaskedWish(
            region=asked.region,
            masks=tuple(masks),
            watermark=asked.watermark,
            settings=self._settings,
        )
        made = make_masked_copy(
            source,
            folder / name,
            wish,
            self._person(),
            original=original,
            on_progress=lambda _share: hear(),
        )
        return {
            "file": name,
            "sha256": made.sha256.hex(),
            "damaged": made.damaged,
            **made.statement,
        }

    def _person(self) -> PersonDetector:
        with self._loading:
            if self._detector is None:
                self._detector = self._load()
            return self._detector
