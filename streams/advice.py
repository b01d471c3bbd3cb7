"""What to do about what a probe found, as a table: where the camera is set otherwise than it should be, and why it fails.

An error says itself what to do; here stands what helps beyond that. Texts are in English and Chinese.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from runtime.errors import Language
from streams.errors import (
    CameraRefused,
    CameraUnauthorised,
    CameraUnreachable,
    NoVideo,
    StreamError,
    StreamPathNotFound,
)
from streams.probe_report import ProbeReport

#: frames a second under which falls are missed
LEAST_FPS: Final = 8.0
#: seconds between keyframes over which live view and a camera that wakes are slow
LONGEST_GOP_S: Final = 4.0
#: share of the declared rate under which something is overloaded
_LEAST_SHARE: Final = 0.7
_LEAST_WIDTH: Final = 320
_SLOW_START_S: Final = 5.0

#: paths of the main and the sub stream, as these makes usually have them (channel 1)
TYPICAL_PATHS: Final[Mapping[str, tuple[str, str]]] = {
    "Hikvision 海康威视": ("/Streaming/Channels/101", "/Streaming/Channels/102"),
    "Dahua 大华": ("/cam/realmonitor?channel=1&subtype=0", "/cam/realmonitor?channel=1&subtype=1"),
    "Uniview 宇视": ("/media/video1", "/media/video2"),
    "TP-Link 普联": ("/stream1", "/stream2"),
    "Tiandy 天地伟业": ("/1/1", "/1/2"),
    "Axis": ("/axis-media/media.amp", "/axis-media/media.amp?resolution=640x360"),
    "Hanwha": ("/profile2/media.smp", "/profile3/media.smp"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    #: stable, for programs
    code: str
    en: str
    zh: str

    def text(self, language: Language = "en") -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class _Row:
    code: str
    applies: Callable[[ProbeReport], bool]
    #: braces are filled with what the report says
    en: str
    zh: str


_TABLE: Final = (
    _Row(
        "no_picture",
        lambda seen: seen.picture is None,
        "Packets come, but no picture could be decoded. Restart the camera; if that does not help, set H.264 and update its firmware.",
        "有数据但无法解码出画面。请重启摄像机；若无效，请改用 H.264 并升级固件。",
    ),
    _Row(
        "h265",
        lambda seen: seen.codec == "hevc",
        "H.265 is recorded and analysed, but most browsers do not play it. Set the sub stream to H.264.",
        "H.265 可以录像和分析，但多数浏览器无法播放。请将子码流设为 H.264。",
    ),
    _Row(
        "other_codec",
        lambda seen: seen.codec not in ("h264", "hevc"),
        "{codec} is seldom recorded well and costs bandwidth. Set H.264 (or H.265 for the main stream).",
        "{codec} 不适合录像且占用带宽。请设为 H.264（主码流也可用 H.265）。",
    ),
    _Row(
        "b_frames",
        lambda seen: bool(seen.b_frames),
        "It uses B-frames, which delay the picture and do not pass to browsers live. Switch them off, or set the profile to Baseline or Main.",
        "使用了 B 帧，会增加延迟，且无法在浏览器中实时播放。请关闭 B 帧，或将编码级别设为 Baseline 或 Main。",
    ),
    _Row(
        "long_gop",
        lambda seen: seen.gop_s is not None and seen.gop_s > LONGEST_GOP_S,
        "A keyframe comes only every {gop_s:.1f} s or later: live view starts late, and a camera that sleeps wakes late. Set the I-frame interval to 1 to 2 s; switch off smart codecs (H.264+, Smart).",
        "关键帧间隔达 {gop_s:.1f} 秒以上：实时画面打开慢，休眠后唤醒慢。请将 I 帧间隔设为 1 至 2 秒，并关闭智能编码（H.264+、Smart）。",
    ),
    _Row(
        "no_keyframe",
        lambda seen: seen.gop_s is None,
        "No keyframe came while it was looked at. Set the I-frame interval to 1 to 2 s.",
        "观察期间没有关键帧。请将 I 帧间隔设为 1 至 2 秒。",
    ),
    _Row(
        "few_frames",
        lambda seen: seen.fps is not None and seen.fps < LEAST_FPS,
        "{fps:.1f} frames a second are too few to see falls. Set 10 to 15.",
        "每秒 {fps:.1f} 帧，不足以发现跌倒。请设为 10 至 15 帧。",
    ),
    _Row(
        "fewer_than_declared",
        lambda seen: bool(seen.fps and seen.declared_fps and seen.fps < _LEAST_SHARE * seen.declared_fps),
        "It sends {fps:.1f} frames a second and declares {declared_fps:.1f}: the camera is overloaded or lowers its rate in the dark. Lower resolution or bitrate, or switch off slow shutter.",
        "实测每秒 {fps:.1f} 帧，声明为 {declared_fps:.1f} 帧：摄像机过载，或在暗处自动降帧。请降低分辨率或码率，或关闭慢快门。",
    ),
    _Row(
        "damaged",
        lambda seen: seen.corrupt > 0 or seen.gaps > 0,
        "{corrupt} damaged pictures and {gaps} pauses in {seconds:.1f} s: data is lost on the way. Check cable, switch and wireless links, and lower the bitrate.",
        "{seconds:.1f} 秒内有 {corrupt} 个损坏画面、{gaps} 次停顿：传输中丢失数据。请检查网线、交换机和无线链路，并降低码率。",
    ),
    _Row(
        "small",
        lambda seen: 0 < seen.width < _LEAST_WIDTH,
        "{width}x{height} is too small to see people in. Set 640x360 or more.",
        "{width}x{height} 过小，无法看清人员。请设为 640x360 或以上。",
    ),
    _Row(
        "slow_start",
        lambda seen: seen.first_keyframe_s is not None and seen.first_keyframe_s > _SLOW_START_S,
        "The first picture came after {first_keyframe_s:.1f} s. Shorten the I-frame interval, and see whether too many clients are connected.",
        "{first_keyframe_s:.1f} 秒后才出现第一个画面。请缩短 I 帧间隔，并检查连接数是否过多。",
    ),
    _Row(
        "sound",
        lambda seen: bool(seen.audio),
        "It sends sound, which is neither recorded nor heard here. Switch the microphone off if nobody needs it.",
        "该码流带有声音，本系统不录制也不播放。如无需要，请关闭拾音器。",
    ),
)

_PATHS = "; ".join(f"{make} {main} , {sub}" for make, (main, sub) in TYPICAL_PATHS.items())
_OF_ERRORS: Final[Mapping[type[StreamError], Advice]] = {
    StreamPathNotFound: Advice(
        code="typical_paths",
        en=f"Usual paths of the main and the sub stream: {_PATHS}. Or ask the device itself: vms cameras probe ADDRESS.",
        zh=f"常见的主、子码流路径：{_PATHS}。也可直接询问设备：vms cameras probe 地址。",
    ),
    CameraUnauthorised: Advice(
        code="account",
        en="After a few wrong passwords many cameras lock the account for half an hour: wait before the next try. Accounts for ONVIF are often separate.",
        zh="多数摄像机在密码连续错误后会锁定账号约半小时，请等待后再试。ONVIF 账号通常需单独建立。",
    ),
    CameraRefused: Advice(
        code="port",
        en="The device is there, but not on this port. RTSP usually has 554 (8554 on some); see the network page of the device.",
        zh="设备在线，但该端口没有服务。RTSP 通常为 554（有的为 8554），请查看设备的网络设置页。",
    ),
    CameraUnreachable: Advice(
        code="network",
        en="See whether this machine is in the camera's network (ping, VLAN, firewall); vms discover lists what answers nearby.",
        zh="请确认本机与摄像机网络互通（ping、VLAN、防火墙）；vms discover 可列出附近有应答的设备。",
    ),
    NoVideo: Advice(
        code="no_video",
        en="The path may be that of sound or of metadata only. Take another profile of the device.",
        zh="该路径可能只有音频或元数据。请换用设备的其他码流。",
    ),
}


def advice_on(report: ProbeReport) -> tuple[Advice, ...]:
    """On a thorough look, the gravest first."""
    facts = asdict(report)
    return tuple(
        Advice(code=row.code, en=row.en.format_map(facts), zh=row.zh.format_map(facts))
        for row in _TABLE
        if row.applies(report)
    )


def advice_for(error: Exception) -> tuple[Advice, ...]:
    """What helps beyond what the error says."""
    found = _OF_ERRORS.get(type(error))  # type: ignore[arg-type]
    return () if found is None else (found,)
