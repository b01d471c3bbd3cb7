"""What an ONVIF device says of itself, once read: facts, services, profiles. Declared, not measured. No I/O."""

from dataclasses import dataclass
from typing import Literal

from streams.onvif.errors import OnvifWarning

ServiceName = Literal["device", "media1", "media2", "ptz", "events", "imaging"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    name: ServiceName
    #: as the device counts its services, such as 2.60; empty where it does not say
    version: str
    #: on the device's own host, whatever it said
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredProfile:
    """One encoding of one imager, as declared: declared frame rates lie."""

    token: str
    name: str
    #: of the imager (ONVIF video source): the profiles of one channel have the same
    source_token: str
    #: as FFmpeg names it (h264, hevc, mjpeg, mpeg4), or what the device says in lower case; None where it does not say
    codec: str | None
    #: pixels; 0 where it does not say
    width: int
    height: int
    #: frames a second
    fps: float | None
    #: kbit/s
    bitrate_kbps: int | None
    #: frames from keyframe to keyframe
    gop: int | None
    #: whether pan, tilt and zoom can be steered through it
    ptz: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaProfile(DeclaredProfile):
    """With its addresses, which are asked for one by one."""

    #: rtsp://, without credentials, on the device's own host; None where the device gave none that can be used
    stream_url: str | None
    #: http://, on the device's own host
    snapshot_url: str | None

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def gop_s(self) -> float | None:
        """Seconds between keyframes, as declared."""
        return self.gop / self.fps if self.gop and self.fps else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    #: where it was asked
    address: str
    port: int
    make: str
    model: str
    firmware: str
    serial: str
    hardware: str
    #: seconds by which the device's clock is ahead of ours, to half a round trip; None where it does not say
    clock_offset_s: float | None
    services: tuple[Service, ...]
    profiles: tuple[MediaProfile, ...]
    #: what is worth telling though it works; each speaks English and Chinese
    warnings: tuple[OnvifWarning, ...]

    def service(self, name: ServiceName) -> Service | None:
        return next((service for service in self.services if service.name == name), None)

    @property
    def has_events(self) -> bool:
        return self.service("events") is not None

    @property
    def has_imaging(self) -> bool:
        return self.service("imaging") is not None

    @property
    def has_ptz(self) -> bool:
        return self.service("ptz") is not None and any(profile.ptz for profile in self.profiles)
