"""The calls that search and probe, as part of the table of calls."""

from collections.abc import Mapping
from typing import Any, Final

from streams.camera import ProfileName
from streams.errors import InterfaceUnusable, InvalidStreamUrl
from streams.onvif.discovery import Ignored
from streams.onvif.errors import OnvifError, PresetUnknown
from vms.api.documented.call import Call
from vms.api.documented.shapes import Fault, Shape, Words
from vms.cameras.errors import (
    AddressOfMetadata,
    AddressRefused,
    AddressUnreadable,
    ChannelUnknown,
    HostNameRefused,
    NoChannel,
    ProbesBusy,
    ProbeTargetUnreadable,
)


class FoundShape(Shape):
    address: str
    endpoint: str
    urls: list[str]
    name: str
    hardware: str
    location: str
    profiles: list[str]


class DiscoveryShape(Shape):
    devices: list[FoundShape]
    ignored: dict[Ignored, int]


class ReportShape(Shape):
    url: str
    codec: str
    codec_profile: str | None
    width: int
    height: int
    declared_fps: float | None
    fps: float | None
    gop_s: float | None
    gop_frames: int | None
    gop_is_whole: bool
    bitrate_kbps: float | None
    b_frames: bool | None
    audio: list[str]
    first_packet_s: float | None
    first_keyframe_s: float | None
    seconds: float
    packets: int
    corrupt: int
    gaps: int
    #: a data URL
    picture: str | None


class ProbedStreamShape(Shape):
    name: ProfileName
    channel: int
    url: str
    plays: bool
    report: ReportShape | None
    error: Fault | None
    advice: list[Fault]


class OfferedProfileShape(Shape):
    token: str
    name: str
    codec: str | None
    width: int
    height: int
    fps: float | None
    bitrate_kbps: int | None
    gop: int | None
    url: str | None


class ProbedDeviceShape(Shape):
    address: str
    onvif_port: int
    make: str
    model: str
    serial: str
    firmware: str
    clock_offset_s: float | None
    ptz: bool
    events: bool
    imaging: bool
    profiles: list[OfferedProfileShape]
    warnings: list[Fault]


class ChannelShape(Shape):
    channel: int
    main_url: str | None
    sub_url: str | None
    reason: Words


class ProbedShape(Shape):
    device: ProbedDeviceShape | None
    channels: list[ChannelShape]
    streams: list[ProbedStreamShape]
    plays: bool


_URL: Final = "rtsp://10.0.3.17:554/main"
_REPORT: Final[dict[str, Any]] = {
    "url": _URL,
    "codec": "h264",
    "codec_profile": "Main",
    "width": 1920,
    "height": 1080,
    "declared_fps": 25.0,
    "fps": 25.0,
    "gop_s": 2.0,
    "gop_frames": 50,
    "gop_is_whole": True,
    "bitrate_kbps": 4096.0,
    "b_frames": False,
    "audio": [],
    "first_packet_s": 0.21,
    "first_keyframe_s": 0.9,
    "seconds": 4.0,
    "packets": 101,
    "corrupt": 0,
    "gaps": 0,
    "picture": "data:image/jpeg;base64,/9j/2Q==",
}

PROBE_CALLS: Final[Mapping[tuple[str, str], Call]] = {
    ("post", "/api/v1/discovery"): Call(
        asked={"interface": "eth0", "seconds": 4.0},
        answer=DiscoveryShape,
        example={
            "devices": [
                {
                    "address": "10.0.3.17",
                    "endpoint": "urn:uuid:00112233-4455-6677-8899-aabbccddeeff",
                    "urls": ["http://10.0.3.17/onvif/device_service"],
                    "name": "东口",
                    "hardware": "IPC-1",
                    "location": "",
                    "profiles": ["Streaming", "T"],
                }
            ],
            "ignored": {"foreign_address": 1},
        },
        errors=(InterfaceUnusable, ProbesBusy),
    ),
    ("post", "/api/v1/probes"): Call(
        asked={"address": "10.0.3.17", "username": "admin", "password": "…"},
        answer=ProbedShape,
        example={
            "device": {
                "address": "10.0.3.17",
                "onvif_port": 80,
                "make": "某厂",
                "model": "IPC-1",
                "serial": "SN0001",
                "firmware": "V5.7.1",
                "clock_offset_s": 0.4,
                "ptz": True,
                "events": True,
                "imaging": True,
                "profiles": [
                    {
                        "token": "main",
                        "name": "main",
                        "codec": "h264",
                        "width": 1920,
                        "height": 1080,
                        "fps": 25.0,
                        "bitrate_kbps": 4096,
                        "gop": 50,
                        "url": _URL,
                    }
                ],
                "warnings": [],
            },
            "channels": [
                {
                    "channel": 1,
                    "main_url": _URL,
                    "sub_url": None,
                    "reason": {"en": "main: the largest picture", "zh": "主码流：画面最大"},
                }
            ],
            "streams": [
                {
                    "name": "main",
                    "channel": 1,
                    "url": _URL,
                    "plays": True,
                    "report": _REPORT,
                    "error": None,
                    "advice": [],
                }
            ],
            "plays": True,
        },
        errors=(
            ProbeTargetUnreadable,
            InvalidStreamUrl,
            AddressRefused,
            AddressOfMetadata,
            HostNameRefused,
            AddressUnreadable,
            NoChannel,
            ChannelUnknown,
            ProbesBusy,
            OnvifError,
            *(each for each in OnvifError.__subclasses__() if each is not PresetUnknown),
        ),
    ),
}
