"""The states and causes of cameras in words, and the states as typer wants choices."""

from enum import Enum
from typing import Final

from streams.condition import ConditionCause
from vms.cameras.camera_state import CameraState
from vms.cli.language import say


class StateChoice(Enum):
    disabled = "disabled"
    offline = "offline"
    never_connected = "never_connected"
    stalled = "stalled"
    black = "black"
    covered = "covered"
    frozen = "frozen"
    turned = "turned"
    unrecorded = "unrecorded"
    not_watched = "not_watched"
    degraded = "degraded"
    live = "live"


STATES: Final[dict[CameraState, str]] = {
    "disabled": say("switched off", "已停用"),
    "offline": say("offline", "离线"),
    "never_connected": say("never connected", "从未连上"),
    "stalled": say("stalled", "无数据"),
    "black": say("black", "黑屏"),
    "covered": say("covered", "遮挡"),
    "frozen": say("frozen", "画面冻结"),
    "turned": say("turned away", "转向"),
    "unrecorded": say("not recorded", "未能录像"),
    "not_watched": say("not watched", "未监看"),
    "degraded": say("degraded", "质量下降"),
    "live": say("live", "在线"),
}

CAUSES: Final[dict[ConditionCause, str]] = {
    "refused": say("refused", "拒绝连接"),
    "unauthorised": say("wrong account", "账号或密码错误"),
    "unreachable": say("unreachable", "网络不通"),
    "no_video": say("no video", "无视频"),
    "hung_up": say("hung up", "连接被断开"),
    "no_packets": say("no packets", "无数据包"),
    "packet_loss": say("packet loss", "丢包"),
    "low_fps": say("low frame rate", "帧率低"),
    "long_gop": say("keyframes too rare", "关键帧间隔过长"),
    "clock_drift": say("clock drift", "时钟漂移"),
    "no_change": say("picture does not change", "画面不变"),
    "dark": say("dark", "黑暗"),
    "covered": say("covered", "被遮挡"),
    "defocused": say("out of focus", "失焦"),
    "turned": say("view has changed", "画面已转向"),
    "disk": say("the disk refuses", "磁盘拒绝写入"),
}


def cause_words(causes: tuple[str, ...] | list[str]) -> str:
    """What is unknown stays as it is."""
    words = {str(cause): word for cause, word in CAUSES.items()}
    return say(", ", "、").join(words.get(cause, cause) for cause in causes)
