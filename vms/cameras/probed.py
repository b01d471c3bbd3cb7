"""What came of looking at an address: the device, the streams that were chosen, and whether they play. No I/O."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, fields

from runtime.errors import VmsError
from streams.advice import Advice, advice_for, advice_on
from streams.camera import ProfileName
from streams.onvif.facts import DeviceFacts
from streams.onvif.profile_choice import ChannelChoice
from streams.probe_report import ProbeReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedStream:
    #: as it would be registered
    name: ProfileName
    #: counted from 1 on a device; 0 where an address was given
    channel: int
    url: str
    #: None where it does not play; then there is an error
    report: ProbeReport | None
    error: VmsError | None

    @property
    def advice(self) -> tuple[Advice, ...]:
        if self.report is not None:
            return advice_on(self.report)
        return advice_for(self.error) if self.error is not None else ()

    def as_json(self, *, with_picture: bool) -> dict[str, object]:
        return {
            "name": self.name,
            "channel": self.channel,
            "url": self.url,
            "plays": self.report is not None,
            "report": None if self.report is None else _report_as_json(self.report, with_picture),
            "error": None if self.error is None else self.error.as_json(),
            "advice": [
                {"code": advice.code, "message": {"en": advice.en, "zh": advice.zh}} for advice in self.advice
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    #: None where the address of a stream was given
    facts: DeviceFacts | None
    #: of every channel of the device
    choices: tuple[ChannelChoice, ...]
    #: of those channels that were looked at
    streams: tuple[ProbedStream, ...]

    @property
    def plays(self) -> bool:
        """All that was looked at, and that something was."""
        return bool(self.streams) and all(stream.report is not None for stream in self.streams)

    def as_json(self, *, with_pictures: bool) -> dict[str, object]:
        return {
            "device": None if self.facts is None else _facts_as_json(self.facts),
            "channels": [
                {
                    "channel": number,
                    "main_url": choice.main.stream_url,
                    "sub_url": choice.sub.stream_url if choice.sub else None,
                    "reason": {"en": choice.reason_en, "zh": choice.reason_zh},
                }
                for number, choice in enumerate(self.choices, 1)
            ],
            "streams": [stream.as_json(with_picture=with_pictures) for stream in self.streams],
            "plays": self.plays,
        }


def _facts_as_json(facts: DeviceFacts) -> dict[str, object]:
    return {
        "address": facts.address,
        "onvif_port": facts.port,
        "make": facts.make,
        "model": facts.model,
        "serial": facts.serial,
        "firmware": facts.firmware,
        "clock_offset_s": None if facts.clock_offset_s is None else round(facts.clock_offset_s, 1),
        "ptz": facts.has_ptz,
        "events": facts.has_events,
        "imaging": facts.has_imaging,
        "profiles": [
            {
                "token": profile.token,
                "name": profile.name,
                "codec": profile.codec,
                "width": profile.width,
                "height": profile.height,
                "fps": profile.fps,
                "bitrate_kbps": profile.bitrate_kbps,
                "gop": profile.gop,
                "url": profile.stream_url,
            }
            for profile in facts.profiles
        ],
        "warnings": [warning.as_json() for warning in facts.warnings],
    }


def _report_as_json(report: ProbeReport, with_picture: bool) -> dict[str, object]:
    values = {each.name: getattr(report, each.name) for each in fields(report) if each.name != "picture"}
    body: dict[str, object] = {
        name: round(value, 3) if isinstance(value, float) else value for name, value in values.items()
    }
    if with_picture:
        body["picture"] = _data_url(report.picture)
    return body


def _data_url(picture: bytes | None) -> str | None:
    return None if picture is None else f"data:image/jpeg;base64,{b64encode(picture).decode()}"


def pictures(streams: Sequence[ProbedStream]) -> list[tuple[ProbedStream, bytes]]:
    """Those streams of which there is one."""
    return [(each, each.report.picture) for each in streams if each.report and each.report.picture]
