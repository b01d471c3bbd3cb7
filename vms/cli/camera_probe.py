"""`vms cameras probe|test`: whether a camera really plays, before it is registered and after."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from runtime.clock import SystemClock
from streams.mask import mask_of
from streams.onvif.facts import DeviceFacts
from streams.onvif.profile_choice import ChannelChoice
from streams.probe_report import ProbeReport
from vms.bootstrap import Storage
from vms.cameras.networks import Networks
from vms.cameras.probed import Probed, ProbedStream, pictures
from vms.cameras.prober import Prober
from vms.cli.camera_changes import Reference
from vms.cli.language import LANGUAGE, say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, plain, print_json, print_table, tell
from vms.cli.storage import with_storage
from vms.settings import Settings, load_settings

PROBE_HELP = say(
    "Look at a device or a stream that is not registered: what it is, whether it plays, what to do if not.",
    "探测尚未登记的设备或视频流：是什么、能否播放、不能时怎么办。",
)
TEST_HELP = say(
    "The same of a registered camera, with its stored account.", "以已存账号检测一台已登记的摄像机。"
)

Picture = Annotated[
    Path | None,
    typer.Option(
        metavar="OUT.jpg",
        help=say(
            "Write a picture of it there; of more streams beside it.", "把画面写入此文件；多路时写在旁边。"
        ),
        show_default=False,
    ),
]
Username = Annotated[str, typer.Option("--username", "-u", help=say("Its account.", "摄像机账号。"))]
Password = Annotated[
    str,
    typer.Option(
        "--password",
        "-p",
        envvar="VMS_CAMERA_PASSWORD",
        help=say("Its password; '-' asks for it.", "摄像机密码；填 '-' 则提示输入。"),
    ),
]


def prober_of(settings: Settings) -> Prober:
    """Without a database: what is looked at is not registered yet."""
    return Prober(
        networks=Networks.of(settings.cameras),
        clock=SystemClock(),
        onvif=settings.onvif,
        ingest=settings.ingest,
    )


def probe(
    target: Annotated[
        str,
        typer.Argument(
            metavar=say("ADDRESS", "地址"),
            help=say(
                "A device (10.0.3.17, 10.0.3.17:8000) or rtsp://…",
                "设备（10.0.3.17、10.0.3.17:8000）或 rtsp://…",
            ),
        ),
    ],
    username: Username = "",
    password: Password = "",
    channel: Annotated[
        int | None,
        typer.Option(
            min=1, help=say("Of a recorder: only this channel.", "录像机：仅此通道。"), show_default=False
        ),
    ] = None,
    picture: Picture = None,
    config: Config = None,
    json: Json = False,
) -> None:
    password = asked_password(password)
    prober = prober_of(load_settings(config))
    probed = asyncio.run(
        prober.probe(target, username, password, channel=channel, tell=_quiet if json else _tell)
    )
    written = _write(picture, probed.streams)
    if json:
        print_json("probe", probed.as_json(with_pictures=False) | {"pictures": written})
    else:
        if probed.facts is not None:
            _print_device(probed.facts, probed.choices)
        _print_streams(probed.streams, written)
    _leave(probed)


def test(
    camera: Reference,
    picture: Picture = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> tuple[ProbedStream, ...]:
        editor = storage.registry.editor
        camera_id = await editor.find(camera)
        profiles = await editor.profiles(camera_id)
        mask = mask_of((await editor.get(camera_id)).configuration.masks)
        return await storage.registry.prober.test(profiles, mask=mask, tell=_quiet if json else _tell)

    streams = with_storage(load_settings(config, data=data, database=database), work)
    probed = Probed(facts=None, choices=(), streams=streams)
    written = _write(picture, streams)
    if json:
        print_json("test", probed.as_json(with_pictures=False) | {"pictures": written})
    else:
        _print_streams(streams, written)
    _leave(probed)


def asked_password(password: str) -> str:
    if password != "-":
        return password
    answer: str = typer.prompt(say("Password", "密码"), hide_input=True)
    return answer


def _tell(what: str) -> None:
    tell(say("looking at {} …", "正在探测 {}……").format(plain(what)))


def _quiet(_what: str) -> None:
    """Programs read JSON lines only."""


def _leave(probed: Probed) -> None:
    if not probed.plays:
        raise typer.Exit(1)


def _print_device(facts: DeviceFacts, choices: Sequence[ChannelChoice]) -> None:
    offset = "?" if facts.clock_offset_s is None else f"{facts.clock_offset_s:+.1f} s"
    parts = [
        say(*words)
        for there, words in (
            (facts.has_ptz, ("PTZ", "云台")),
            (facts.has_events, ("events", "事件")),
            (facts.has_imaging, ("imaging", "成像参数")),
        )
        if there
    ]
    rows = [
        (say("make, model", "厂商、型号"), f"{facts.make} {facts.model}".strip() or "?"),
        (say("serial, firmware", "序列号、固件"), f"{facts.serial or '?'}, {facts.firmware or '?'}"),
        (say("its clock", "设备时钟偏差"), offset),
        (say("offers", "支持"), ", ".join(parts) or "-"),
        (say("profiles", "码流配置"), str(len(facts.profiles))),
    ]
    print_table([say("device", "设备"), facts.address], [(name, plain(value)) for name, value in rows])
    for number, choice in enumerate(choices, 1):
        channel = say("channel {}: ", "通道 {}：").format(number)
        console.print(plain(channel + choice.reason(LANGUAGE)))
    for warning in facts.warnings:
        console.print(plain("! " + warning.message(LANGUAGE)))
    console.print()


def _print_streams(streams: Sequence[ProbedStream], written: Sequence[str]) -> None:
    for stream in streams:
        name = f"{stream.channel} {stream.name}" if stream.channel else stream.name
        if stream.report is not None:
            print_table(
                [plain(name), plain(stream.report.url)],
                [(what, plain(value)) for what, value in _rows(stream.report)],
            )
        elif stream.error is not None:
            console.print(plain(f"{name}: {stream.error.message(LANGUAGE)}"), style="red")
        for advice in stream.advice:
            console.print(plain("→ " + advice.text(LANGUAGE)))
        console.print()
    for path in written:
        console.print(say("picture: {}", "画面：{}").format(plain(path)))


def _rows(seen: ProbeReport) -> list[tuple[str, str]]:
    gop = "?"
    if seen.gop_s is not None:
        gop = ("" if seen.gop_is_whole else "≥ ") + f"{seen.gop_s:.1f} s, {seen.gop_frames}"
    b_frames = {None: "?", True: say("yes", "有"), False: say("no", "无")}[seen.b_frames]
    profile = f" ({seen.codec_profile})" if seen.codec_profile else ""
    return [
        (say("codec", "编码"), f"{seen.codec}{profile}"),
        (say("size", "尺寸"), f"{seen.width}x{seen.height}"),
        (
            say("frames a second, declared", "帧率、声明帧率"),
            f"{_number(seen.fps)}, {_number(seen.declared_fps)}",
        ),
        (say("longest GOP, frames", "最长 GOP、帧数"), gop),
        (say("bitrate", "码率"), f"{_number(seen.bitrate_kbps, 0)} kbit/s"),
        (say("B-frames", "B 帧"), b_frames),
        (say("sound", "声音"), ", ".join(seen.audio) or say("none", "无")),
        (
            say("first packet, keyframe", "首包、首个关键帧"),
            f"{_number(seen.first_packet_s, 2)} s, {_number(seen.first_keyframe_s, 2)} s",
        ),
        (say("damaged, pauses", "损坏、停顿"), f"{seen.corrupt}, {seen.gaps}"),
        (
            say("looked at", "观察时长"),
            say("{:.1f} s, {} packets", "{:.1f} 秒，{} 个包").format(seen.seconds, seen.packets),
        ),
    ]


def _number(value: float | None, places: int = 1) -> str:
    return "?" if value is None else f"{value:.{places}f}"


def _write(picture: Path | None, streams: Sequence[ProbedStream]) -> list[str]:
    """The files: the first as asked, the others beside it by channel and name."""
    if picture is None:
        return []
    written = []
    for number, (stream, jpeg) in enumerate(pictures(streams)):
        where = stream.name if stream.channel in (0, 1) else f"{stream.channel}-{stream.name}"
        path = picture if number == 0 else picture.with_stem(f"{picture.stem}-{where}")
        try:
            path.write_bytes(jpeg)
        except OSError as error:
            raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="--picture") from error
        written.append(str(path))
    return written
