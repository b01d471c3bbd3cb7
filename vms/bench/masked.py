"""What a masked copy costs: CPU of looking, blurring and encoding against decoding and encoding alone, on the same video."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from detectors.detector import PersonDetector
from runtime.clock import cpu_seconds
from streams.remake import Pictures, Remade
from vms.masked.copy import make_masked_copy
from vms.masked.wish import MaskedSettings, MaskedWish


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedReport:
    pictures: int
    looks: int
    #: CPU seconds of a masked copy, and of decoding and encoding the same video
    masked_s: float
    bare_s: float

    @property
    def pictures_per_core_second(self) -> float:
        return self.pictures / self.masked_s

    @property
    def ratio(self) -> float:
        return self.masked_s / self.bare_s

    def as_json(self) -> dict[str, object]:
        return {
            "pictures": self.pictures,
            "looks": self.looks,
            "masked_cpu_s": round(self.masked_s, 3),
            "decode_encode_cpu_s": round(self.bare_s, 3),
            "pictures_per_core_second": round(self.pictures_per_core_second, 1),
            "ratio": round(self.ratio, 2),
        }


def run(
    video: Path, detector: PersonDetector, settings: MaskedSettings, *, tell: Callable[[str], None]
) -> MaskedReport:
    """Raises: VideoUnreadable, VideoUnwritable."""
    wish = MaskedWish(watermark="vms bench masked", settings=settings)
    with TemporaryDirectory(prefix="vms-bench-") as folder:
        tell("decode and encode")
        begin_s = cpu_seconds()
        with Remade(Path(folder) / "bare.mp4", threads=settings.threads) as remade:
            for shown in Pictures(video):
                remade.write(shown)
        bare_s = cpu_seconds() - begin_s
        tell("masked copy")
        begin_s = cpu_seconds()
        made = make_masked_copy(video, Path(folder) / "masked.mp4", wish, detector)
        masked_s = cpu_seconds() - begin_s
    return MaskedReport(pictures=made.pictures, looks=made.looks, masked_s=masked_s, bare_s=bare_s)
