"""`vms discover`: who answers on the network when a camera is asked for."""

import asyncio
from dataclasses import asdict
from typing import Annotated

import typer

from streams.onvif.discovery import Discovery, Found, Ignored
from vms.cameras.prober import MOST_SECONDS
from vms.cli.camera_probe import prober_of
from vms.cli.language import say
from vms.cli.options import Config, Json
from vms.cli.output import console, plain, print_json, print_table, tell
from vms.settings import load_settings

HELP = say(
    "Search the network for cameras (ONVIF); nothing is registered.",
    "在网络中搜索摄像机（ONVIF），不作登记。",
)

_IGNORED: dict[Ignored, str] = {
    "no_xml": say("no XML", "不是 XML"),
    "declares_entities": say("XML that declares entities: an attack", "XML 声明了实体：疑似攻击"),
    "too_large": say("too large", "过大"),
    "not_an_answer": say("no answer to this search", "不是对本次搜索的应答"),
    "foreign_address": say("names another machine's address", "所报地址不是其本身"),
    "outside_networks": say("outside cameras.networks", "不在 cameras.networks 网段内"),
    "too_many": say("more than are looked at", "超出处理数量"),
}


def discover(
    interface: Annotated[
        str | None,
        typer.Option(
            "--interface",
            "-i",
            help=say(
                "Search through this interface only, by name or address.",
                "仅通过此网络接口（名称或地址）搜索。",
            ),
            show_default=False,
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(min=0.5, max=MOST_SECONDS, help=say("How long to listen.", "等待应答的秒数。"))
    ] = 4.0,
    config: Config = None,
    json: Json = False,
) -> None:
    prober = prober_of(load_settings(config))

    def found(device: Found) -> None:
        tell(plain(f"{device.address} {device.name}"))

    if not json:
        tell(say("listening for {:g} s …", "正在等待应答，{:g} 秒……").format(seconds))
    discovery = asyncio.run(prober.discover(seconds=seconds, interface=interface, on_found=found))
    if json:
        for device in discovery.devices:
            print_json("device", asdict(device))
        print_json("ignored", discovery.ignored)
        return
    _print(discovery)


def _print(discovery: Discovery) -> None:
    if discovery.devices:
        print_table(
            [
                say("address", "地址"),
                say("name", "名称"),
                say("hardware", "硬件"),
                say("location", "位置"),
                say("ONVIF service", "ONVIF 服务"),
            ],
            [
                tuple(
                    plain(text)
                    for text in (
                        device.address,
                        device.name,
                        device.hardware,
                        device.location,
                        device.urls[0],
                    )
                )
                for device in discovery.devices
            ],
        )
        console.print(
            say(
                "Look at one: vms cameras probe ADDRESS -u USER -p -",
                "逐一探测：vms cameras probe 地址 -u 账号 -p -",
            )
        )
    else:
        console.print(
            say(
                "Nobody answered. Is this machine in the cameras' network (multicast passes no router), is ONVIF switched on?",
                "没有应答。请确认本机与摄像机在同一网段（组播不跨路由），且摄像机已开启 ONVIF。",
            )
        )
    for cause, count in discovery.ignored.items():
        console.print(say("passed over: {} × {}", "已忽略：{} × {}").format(count, _IGNORED[cause]))
