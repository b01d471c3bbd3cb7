"""How a device makes its picture: settings as they stand. They are read, never set: a camera is set up on its own page."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from streams.onvif.device import OnvifDevice
from streams.onvif.errors import OnvifUnsupported
from streams.onvif.soap import IMAGING, Request, element
from streams.onvif.xml import descendant, text_of

_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagingSettings:
    """None where the device does not say. Levels are in the device's own scale, mostly 0 to 100."""

    #: of the imager they belong to
    source_token: str
    brightness: float | None
    contrast: float | None
    saturation: float | None
    sharpness: float | None
    #: on (day), off (night) or auto
    ir_cut_filter: str | None
    #: auto or manual, each
    exposure: str | None
    focus: str | None
    white_balance: str | None
    #: on or off, each
    wide_dynamic_range: str | None
    backlight_compensation: str | None


async def read_imaging(device: OnvifDevice) -> tuple[ImagingSettings, ...]:
    """Of every imager that a profile names. Raises: OnvifUnsupported, OnvifError."""
    await device.service_url("imaging")
    tokens = dict.fromkeys(
        each.source_token for each in await device.declared_profiles() if each.source_token
    )
    if not tokens:
        raise OnvifUnsupported(address=device.address, what="GetImagingSettings")
    return tuple([await _read(device, token) for token in tokens])


async def _read(device: OnvifDevice, token: str) -> ImagingSettings:
    body = element("VideoSourceToken", token)
    answer = await device.call(
        "imaging", Request(operation="GetImagingSettings", namespace=IMAGING, body=body)
    )
    return ImagingSettings(
        source_token=token,
        brightness=_level(answer, "Brightness"),
        contrast=_level(answer, "Contrast"),
        saturation=_level(answer, "ColorSaturation"),
        sharpness=_level(answer, "Sharpness"),
        ir_cut_filter=_word(answer, "IrCutFilter"),
        exposure=_mode(answer, "Exposure"),
        focus=_mode(answer, "Focus", "AutoFocusMode"),
        white_balance=_mode(answer, "WhiteBalance"),
        wide_dynamic_range=_mode(answer, "WideDynamicRange"),
        backlight_compensation=_mode(answer, "BacklightCompensation"),
    )


def _level(answer: Element, name: str) -> float | None:
    try:
        value = float(text_of(answer, name))
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None  # neither nan nor inf


def _word(answer: Element, name: str) -> str | None:
    text = text_of(answer, name).lower()
    return text[:_LONGEST] if text.isprintable() and text else None


def _mode(answer: Element, name: str, mode: str = "Mode") -> str | None:
    part = descendant(answer, name)
    return None if part is None else _word(part, mode)
