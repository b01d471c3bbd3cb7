"""What our ONVIF device says: bodies of SOAP, as real devices write them."""

from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

TDS = "http://www.onvif.org/ver10/device/wsdl"
TRT = "http://www.onvif.org/ver10/media/wsdl"
TR2 = "http://www.onvif.org/ver20/media/wsdl"
TPTZ = "http://www.onvif.org/ver20/ptz/wsdl"
TEV = "http://www.onvif.org/ver10/events/wsdl"
TIMG = "http://www.onvif.org/ver20/imaging/wsdl"
_NAMES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://www.w3.org/2005/08/addressing",
    "tt": "http://www.onvif.org/ver10/schema",
    "ter": "http://www.onvif.org/ver10/error",
    "wsnt": "http://docs.oasis-open.org/wsn/b-2",
    "tns1": "http://www.onvif.org/ver10/topics",
    "tds": TDS,
    "trt": TRT,
    "tr2": TR2,
    "tptz": TPTZ,
    "tev": TEV,
    "timg": TIMG,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeProfile:
    token: str
    encoding: str = "H264"
    width: int = 1920
    height: int = 1080
    fps: float = 25.0
    kbps: int = 4096
    gop: int = 50
    source: str = "VideoSource_1"
    stream_uri: str = "rtsp://{host}:554/{token}"
    snapshot_uri: str = "http://{host}:{port}/snapshot/{token}"
    ptz: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeEvent:
    topic: str
    name: str
    value: str
    at: datetime
    source: str = "VideoSource_1"
    operation: str = "Changed"


def envelope(body: str, header: str = "") -> bytes:
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMES.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope {names}><s:Header>{header}</s:Header>'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def fault(subcode: str, reason: str) -> bytes:
    return envelope(
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value>"
        f"<s:Subcode><s:Value>ter:{subcode}</s:Value></s:Subcode></s:Code>"
        f'<s:Reason><s:Text xml:lang="en">{escape(reason)}</s:Text></s:Reason></s:Fault>'
    )


def date_and_time(at: datetime) -> bytes:
    return envelope(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>"
        "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>"
        f"<tt:UTCDateTime><tt:Time><tt:Hour>{at.hour}</tt:Hour><tt:Minute>{at.minute}</tt:Minute>"
        f"<tt:Second>{at.second}</tt:Second></tt:Time><tt:Date><tt:Year>{at.year}</tt:Year>"
        f"<tt:Month>{at.month}</tt:Month><tt:Day>{at.day}</tt:Day></tt:Date></tt:UTCDateTime>"
        "</tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    )


def services(urls: dict[str, str]) -> bytes:
    listed = "".join(
        f"<tds:Service><tds:Namespace>{namespace}</tds:Namespace><tds:XAddr>{escape(url)}</tds:XAddr>"
        "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
        for namespace, url in urls.items()
    )
    return envelope(f"<tds:GetServicesResponse>{listed}</tds:GetServicesResponse>")


def capabilities(urls: dict[str, str]) -> bytes:
    names = {TDS: "Device", TRT: "Media", TPTZ: "PTZ", TEV: "Events", TIMG: "Imaging"}
    listed = "".join(
        f"<tt:{names[namespace]}><tt:XAddr>{escape(url)}</tt:XAddr></tt:{names[namespace]}>"
        for namespace, url in urls.items()
        if namespace in names
    )
    return envelope(
        f"<tds:GetCapabilitiesResponse><tds:Capabilities>{listed}</tds:Capabilities></tds:GetCapabilitiesResponse>"
    )


def device_information(facts: dict[str, str]) -> bytes:
    listed = "".join(f"<tds:{name}>{escape(text)}</tds:{name}>" for name, text in facts.items())
    return envelope(f"<tds:GetDeviceInformationResponse>{listed}</tds:GetDeviceInformationResponse>")


def media1_profiles(profiles: list[FakeProfile]) -> bytes:
    listed = "".join(
        f'<trt:Profiles token="{each.token}" fixed="true"><tt:Name>{each.token}</tt:Name>'
        '<tt:VideoSourceConfiguration token="VSC"><tt:Name>VSC</tt:Name><tt:UseCount>1</tt:UseCount>'
        f'<tt:SourceToken>{each.source}</tt:SourceToken><tt:Bounds x="0" y="0" width="1" height="1"/>'
        "</tt:VideoSourceConfiguration>"
        '<tt:VideoEncoderConfiguration token="VEC"><tt:Name>VEC</tt:Name><tt:UseCount>1</tt:UseCount>'
        f"<tt:Encoding>{each.encoding}</tt:Encoding><tt:Resolution><tt:Width>{each.width}</tt:Width>"
        f"<tt:Height>{each.height}</tt:Height></tt:Resolution><tt:Quality>4</tt:Quality><tt:RateControl>"
        f"<tt:FrameRateLimit>{each.fps:g}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>"
        f"<tt:BitrateLimit>{each.kbps}</tt:BitrateLimit></tt:RateControl>"
        f"<tt:H264><tt:GovLength>{each.gop}</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264>"
        "</tt:VideoEncoderConfiguration>"
        + (
            '<tt:PTZConfiguration token="PTZ"><tt:NodeToken>N</tt:NodeToken></tt:PTZConfiguration>'
            if each.ptz
            else ""
        )
        + "</trt:Profiles>"
        for each in profiles
    )
    return envelope(f"<trt:GetProfilesResponse>{listed}</trt:GetProfilesResponse>")


def media2_profiles(profiles: list[FakeProfile]) -> bytes:
    listed = "".join(
        f'<tr2:Profiles token="{each.token}" fixed="true"><tr2:Name>{each.token}</tr2:Name><tr2:Configurations>'
        f'<tr2:VideoSource token="VSC"><tt:Name>VSC</tt:Name><tt:SourceToken>{each.source}</tt:SourceToken>'
        "</tr2:VideoSource>"
        f'<tr2:VideoEncoder token="VEC" GovLength="{each.gop}" Profile="Main"><tt:Name>VEC</tt:Name>'
        f"<tt:Encoding>{each.encoding}</tt:Encoding><tt:Resolution><tt:Width>{each.width}</tt:Width>"
        f'<tt:Height>{each.height}</tt:Height></tt:Resolution><tt:RateControl ConstantBitRate="false">'
        f"<tt:FrameRateLimit>{each.fps}</tt:FrameRateLimit><tt:BitrateLimit>{each.kbps}</tt:BitrateLimit>"
        "</tt:RateControl><tt:Quality>4</tt:Quality></tr2:VideoEncoder>"
        + ('<tr2:PTZ token="PTZ"><tt:NodeToken>N</tt:NodeToken></tr2:PTZ>' if each.ptz else "")
        + "</tr2:Configurations></tr2:Profiles>"
        for each in profiles
    )
    return envelope(f"<tr2:GetProfilesResponse>{listed}</tr2:GetProfilesResponse>")


def media_uri(prefix: str, operation: str, uri: str) -> bytes:
    if prefix == "tr2":
        return envelope(
            f"<tr2:{operation}Response><tr2:Uri>{escape(uri)}</tr2:Uri></tr2:{operation}Response>"
        )
    return envelope(
        f"<trt:{operation}Response><trt:MediaUri><tt:Uri>{escape(uri)}</tt:Uri>"
        "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
        f"<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:{operation}Response>"
    )


def presets(found: dict[str, str]) -> bytes:
    listed = "".join(
        f'<tptz:Preset token="{token}"><tt:Name>{escape(name)}</tt:Name></tptz:Preset>'
        for token, name in found.items()
    )
    return envelope(f"<tptz:GetPresetsResponse>{listed}</tptz:GetPresetsResponse>")


def imaging_settings() -> bytes:
    return envelope(
        "<timg:GetImagingSettingsResponse><timg:ImagingSettings>"
        "<tt:BacklightCompensation><tt:Mode>OFF</tt:Mode></tt:BacklightCompensation>"
        "<tt:Brightness>50</tt:Brightness><tt:ColorSaturation>60.5</tt:ColorSaturation><tt:Contrast>40</tt:Contrast>"
        "<tt:Exposure><tt:Mode>AUTO</tt:Mode><tt:MinExposureTime>33</tt:MinExposureTime></tt:Exposure>"
        "<tt:Focus><tt:AutoFocusMode>MANUAL</tt:AutoFocusMode></tt:Focus><tt:IrCutFilter>AUTO</tt:IrCutFilter>"
        "<tt:Sharpness>30</tt:Sharpness><tt:WideDynamicRange><tt:Mode>ON</tt:Mode><tt:Level>70</tt:Level>"
        "</tt:WideDynamicRange><tt:WhiteBalance><tt:Mode>AUTO</tt:Mode></tt:WhiteBalance>"
        "</timg:ImagingSettings></timg:GetImagingSettingsResponse>"
    )


def subscribed(url: str, number: int, now: datetime, until: datetime) -> bytes:
    return envelope(
        "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
        f"<a:Address>{escape(url)}</a:Address><a:ReferenceParameters>"
        f'<dom0:SubscriptionId xmlns:dom0="http://device.example/event">{number}</dom0:SubscriptionId>'
        f"</a:ReferenceParameters></tev:SubscriptionReference>{_times('wsnt', now, until)}"
        "</tev:CreatePullPointSubscriptionResponse>"
    )


def pulled(events: list[FakeEvent], now: datetime, until: datetime) -> bytes:
    listed = "".join(
        "<wsnt:NotificationMessage>"
        f'<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">{event.topic}</wsnt:Topic>'
        f'<wsnt:Message><tt:Message UtcTime="{_iso(event.at)}" PropertyOperation="{event.operation}">'
        f'<tt:Source><tt:SimpleItem Name="VideoSourceConfigurationToken" Value="{event.source}"/></tt:Source>'
        f'<tt:Data><tt:SimpleItem Name="{event.name}" Value="{event.value}"/></tt:Data></tt:Message></wsnt:Message>'
        "</wsnt:NotificationMessage>"
        for event in events
    )
    return envelope(
        f"<tev:PullMessagesResponse>{_times('tev', now, until)}{listed}</tev:PullMessagesResponse>"
    )


def renewed(now: datetime, until: datetime) -> bytes:
    return envelope(f"<wsnt:RenewResponse>{_times('wsnt', now, until)}</wsnt:RenewResponse>")


def empty(prefix: str, operation: str) -> bytes:
    return envelope(f"<{prefix}:{operation}Response/>")


def _times(prefix: str, now: datetime, until: datetime) -> str:
    return (
        f"<{prefix}:CurrentTime>{_iso(now)}</{prefix}:CurrentTime>"
        f"<{prefix}:TerminationTime>{_iso(until)}</{prefix}:TerminationTime>"
    )


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
