"""The three simulated cameras of the demo: what each shows, and the zones and rules that watch it.

Zones are plain numbers here; the demo turns them into the console's own. The words "simulated" and 模拟 stand in every
name, so that nobody takes rendered people for people.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from vms.demo.rtsp_server import SimulatedCamera

FOOTAGE: Final = Path(__file__).parent / "footage"

DemoRule = Literal["fall", "crowd"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoZone:
    name_zh: str
    name_en: str
    #: corners (x, y) as parts of the picture's width and height, from the top left
    polygon: tuple[tuple[float, float], ...]
    rules: tuple[DemoRule, ...]
    #: persons in the zone above which the crowd rule speaks; None where it does not apply
    occupancy_limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCamera:
    path: str
    clip: Path
    name_zh: str
    name_en: str
    zones: tuple[DemoZone, ...]

    @property
    def simulated(self) -> SimulatedCamera:
        return SimulatedCamera(path=self.path, clip=self.clip)


_PAVEMENT: Final = ((0.0, 0.2), (1.0, 0.2), (1.0, 1.0), (0.0, 1.0))

CAMERAS: Final[tuple[DemoCamera, ...]] = (
    DemoCamera(
        path="guangming-east",
        clip=FOOTAGE / "fall_street_near.mp4",
        name_zh="光明路东口（模拟）",
        name_en="Guangming Road East (simulated)",
        zones=(DemoZone(name_zh="人行道", name_en="Pavement", polygon=_PAVEMENT, rules=("fall",)),),
    ),
    DemoCamera(
        path="renmin-square",
        clip=FOOTAGE / "crowd_street.mp4",
        name_zh="人民广场北侧（模拟）",
        name_en="Renmin Square North (simulated)",
        zones=(
            DemoZone(
                name_zh="广场",
                name_en="Square",
                polygon=((0.05, 0.3), (0.95, 0.3), (0.99, 0.98), (0.01, 0.98)),
                # Not falls: the pose network sees six people at most, and in a crowd they hide each other.
                rules=("crowd",),
                # Three persons stand here when the clip begins, nine after 5 s, fourteen after 10 s.
                occupancy_limit=8,
            ),
        ),
    ),
    DemoCamera(
        path="heping-lane",
        clip=FOOTAGE / "quiet_street.mp4",
        name_zh="和平里小区门口（模拟）",
        name_en="Heping Lane Gate (simulated)",
        zones=(
            DemoZone(
                name_zh="门口",
                name_en="Gate",
                polygon=_PAVEMENT,
                rules=("fall", "crowd"),
                occupancy_limit=8,
            ),
        ),
    ),
)
