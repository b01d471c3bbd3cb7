"""`vms bench masked`: what a masked copy costs against decoding and encoding alone."""

from pathlib import Path
from typing import Annotated

import typer

from vms.bench import masked as masked_bench
from vms.cli.language import say
from vms.cli.options import Config, Json
from vms.cli.output import console, print_json, tell
from vms.evidence.desk import load_person
from vms.settings import load_settings

HELP = say(
    "What a masked copy costs against decoding and encoding alone, on a video.",
    "遮挡副本与仅解码加编码的开销对比。",
)


def masked(
    video: Annotated[Path, typer.Argument(metavar="VIDEO", help=say("The video.", "视频文件。"))],
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config)
    report = masked_bench.run(video, load_person(settings), settings.masked, tell=tell)
    if json:
        print_json("masked", report.as_json())
        return
    console.print(
        say(
            "{rate:.1f} pictures a second and core, {ratio:.1f} times decoding and encoding alone ({pictures} pictures, {looks} looks)",
            "每核每秒 {rate:.1f} 帧，为仅解码加编码的 {ratio:.1f} 倍（{pictures} 帧，{looks} 次检测）",
        ).format(
            rate=report.pictures_per_core_second,
            ratio=report.ratio,
            pictures=report.pictures,
            looks=report.looks,
        )
    )
