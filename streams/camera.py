"""What a camera is to the rest of the house: its identity and its stream profiles. No I/O."""

from dataclasses import dataclass
from typing import Literal, NewType

CameraId = NewType("CameraId", int)
ProfileName = Literal["main", "sub"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamProfile:
    """One encoding of a camera's picture: `main` is recorded and exported, `sub` is analysed where there is one."""

    name: ProfileName
    #: rtsp://host[:port]/path without credentials
    url: str
    username: str = ""
    password: str = ""
    recorded: bool = True
    analysed: bool = True

    def __repr__(self) -> str:
        return f"StreamProfile({self.name} {self.url})"  # never the credentials


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    id: CameraId
    unit_id: int
    name: str
    enabled: bool
    profiles: tuple[StreamProfile, ...]
