"""What the media services answer with, read into profiles: media1 (profile S) and media2 (profile T, with H.265). No I/O."""

from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from streams.onvif.facts import DeclaredProfile
from streams.onvif.soap import MEDIA1, MEDIA2, Request, element
from streams.onvif.xml import descendant, descendants, local_name, text_of

#: as devices write them (media1 in capitals, media2 as media types do) and as FFmpeg does
_CODECS: Final = {
    "h264": "h264",
    "h265": "hevc",
    "hevc": "hevc",
    "jpeg": "mjpeg",
    "mpeg4": "mpeg4",
    "mpv4-es": "mpeg4",
}
#: letters
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaDialect:
    """How one of the two services is asked."""

    namespace: str

    @property
    def profiles(self) -> Request:
        body = element("Type", "All") if self.namespace == MEDIA2 else ""
        return Request(operation="GetProfiles", namespace=self.namespace, body=body)

    def stream_uri(self, token: str) -> Request:
        profile = element("ProfileToken", token)
        if self.namespace == MEDIA2:
            body = element("Protocol", "RTSP") + profile
        else:
            transport = element("tt:Transport", inside=element("tt:Protocol", "RTSP"))
            setup = element("tt:Stream", "RTP-Unicast") + transport
            body = element("StreamSetup", inside=setup) + profile
        return Request(operation="GetStreamUri", namespace=self.namespace, body=body)

    def snapshot_uri(self, token: str) -> Request:
        body = element("ProfileToken", token)
        return Request(operation="GetSnapshotUri", namespace=self.namespace, body=body)


DIALECT1: Final = MediaDialect(namespace=MEDIA1)
DIALECT2: Final = MediaDialect(namespace=MEDIA2)


def profiles_of(answer: Element) -> list[DeclaredProfile]:
    """Those that have a token: without one a profile cannot be asked for anything."""
    return [
        _profile(each)
        for each in answer
        if local_name(each) == "Profiles" and each.get("token", "")[:_LONGEST_NAME].strip()
    ]


def _profile(profile: Element) -> DeclaredProfile:
    # VideoEncoderConfiguration in media1, VideoEncoder in media2; the same of the source.
    encoder = _first(profile, "VideoEncoderConfiguration", "VideoEncoder")
    source = _first(profile, "VideoSourceConfiguration", "VideoSource")
    resolution = descendant(encoder, "Resolution") if encoder is not None else None
    rate = descendant(encoder, "RateControl") if encoder is not None else None
    return DeclaredProfile(
        token=profile.get("token", "")[:_LONGEST_NAME],
        name=_name(profile),
        source_token=text_of(source, "SourceToken")[:_LONGEST_NAME] if source is not None else "",
        codec=_codec(text_of(encoder, "Encoding")) if encoder is not None else None,
        width=_whole(text_of(resolution, "Width")) or 0 if resolution is not None else 0,
        height=_whole(text_of(resolution, "Height")) or 0 if resolution is not None else 0,
        fps=_number(text_of(rate, "FrameRateLimit")) if rate is not None else None,
        bitrate_kbps=_whole(text_of(rate, "BitrateLimit")) if rate is not None else None,
        gop=_gop(encoder) if encoder is not None else None,
        ptz=_first(profile, "PTZConfiguration", "PTZ") is not None,
    )


def _first(parent: Element, *names: str) -> Element | None:
    return next((each for name in names for each in descendants(parent, name)), None)


def _name(profile: Element) -> str:
    own = next((each.text or "" for each in profile if local_name(each) == "Name"), "")
    return "".join(letter for letter in own[:_LONGEST_NAME] if letter.isprintable()).strip()


def _codec(text: str) -> str | None:
    written = text.lower()[:20]
    return _CODECS.get(written, written) or None


def _gop(encoder: Element) -> int | None:
    """An attribute in media2, an element in media1."""
    return _whole(encoder.get("GovLength", "") or text_of(encoder, "GovLength"))


def _number(text: str) -> float | None:
    """Above 0 and believable, or nothing."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < 1e9 else None


def _whole(text: str) -> int | None:
    value = _number(text)
    return None if value is None else round(value) or None
