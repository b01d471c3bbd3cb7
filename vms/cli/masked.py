"""`vms masked`: a copy of a video for release, with people blurred, private parts black and a watermark."""

from pathlib import Path
from typing import Annotated

import typer

from vms.cli.language import say
from vms.cli.options import Config, Json
from vms.cli.output import console, print_json
from vms.cli.progress import progress_bar
from vms.evidence.desk import load_person
from vms.masked.copy import MaskedCopy, make_masked_copy
from vms.masked.evaluation import ENOUGH, Evaluation, evaluate, read_boxes
from vms.masked.wish import MaskedWish, polygon_of
from vms.settings import load_settings

HELP = say(
    "Make a masked copy of a video: people blurred, masks black, a watermark; marked as derived.",
    "生成视频的遮挡副本：人员模糊、隐私区域涂黑、加水印，并标记为衍生文件。",
)


def masked(
    file: Annotated[Path, typer.Argument(metavar="FILE.mp4", help=say("The original.", "原始视频。"))],
    out: Annotated[
        Path | None,
        typer.Option(metavar="OUT.mp4", help=say("The copy.", "副本文件。"), show_default=False),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            metavar='"x,y x,y x,y"',
            help=say(
                "Corners, 0 to 1, of what stays sharp. [default: nothing]",
                "保持清晰的区域顶点（0 到 1）。[默认：无]",
            ),
            show_default=False,
        ),
    ] = None,
    masks: Annotated[
        list[str] | None,
        typer.Option(
            metavar='"x,y x,y x,y"',
            help=say("Corners of what is black; may be repeated.", "涂黑区域的顶点，可重复。"),
            show_default=False,
        ),
    ] = None,
    watermark: Annotated[
        str,
        typer.Option(help=say("Who gets it, when, under which access.", "水印：领取人、时间、调阅编号。")),
    ] = "",
    labels: Annotated[
        Path | None,
        typer.Option(
            metavar="BOXES.csv",
            help=say(
                "Measure instead: the share of labelled persons that is covered (frame,id,x,y,w,h).",
                "改为测量：标注人员被遮挡的比例（frame,id,x,y,w,h）。",
            ),
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    if (out is None) == (labels is None):
        raise typer.BadParameter(
            say("give either --out or --labels", "请给出 --out 或 --labels 之一"), param_hint="--out"
        )
    settings = load_settings(config)
    wish = MaskedWish(
        region=polygon_of(region) if region else None,
        masks=tuple(polygon_of(each) for each in masks or ()),
        watermark=watermark,
        settings=settings.masked,
    )
    boxes = read_boxes(labels) if labels is not None else {}
    detector = load_person(settings)
    with progress_bar(hidden=json) as progress:
        bar = progress.add_task(say("looked at", "进度"), total=1.0)

        def on_progress(share: float) -> None:
            progress.update(bar, completed=share)

        if out is not None:
            done = make_masked_copy(file, out, wish, detector, on_progress=on_progress)
        else:
            measured = evaluate(file, boxes, wish, detector, on_progress=on_progress)
    if out is not None:
        _tell_copy(done, json)
    else:
        _tell_measured(measured, json)


def _tell_copy(done: MaskedCopy, json: bool) -> None:
    if json:
        print_json(
            "masked",
            {
                "file": str(done.path),
                "bytes": done.bytes,
                "sha256": done.sha256.hex(),
                "pictures": done.pictures,
                "looks": done.looks,
                "sights": done.sights,
                "damaged": done.damaged,
                "duration_s": round(done.duration_s, 3),
                **done.statement,
            },
        )
        return
    console.print(
        say(
            "{path}: {pictures} pictures, people found {sights} times in {looks} looks, {damaged} damaged packets left out."
            " A person must look at it before release: whom the network misses is not blurred.",
            "{path}：{pictures} 帧，{looks} 次检测共发现人员 {sights} 次，略去损坏数据包 {damaged} 个。"
            "公开前必须人工审看：网络漏检的人员不会被模糊。",
        ).format(
            path=done.path, pictures=done.pictures, sights=done.sights, looks=done.looks, damaged=done.damaged
        ),
        markup=False,
    )


def _tell_measured(measured: Evaluation, json: bool) -> None:
    if json:
        print_json(
            "coverage",
            {
                "persons": measured.persons,
                "covered": measured.covered,
                "heads_covered": measured.heads,
                "enough": ENOUGH,
                "mean_covered": round(measured.mean_covered, 4),
                "picture_covered": round(measured.picture_covered, 4),
                "missed": [
                    {
                        "frame": each.frame,
                        "box": [
                            round(v) for v in (each.box.left, each.box.top, each.box.right, each.box.bottom)
                        ],
                        "covered": round(each.covered, 3),
                    }
                    for each in measured.missed
                ],
            },
        )
        return
    console.print(
        say(
            "{covered} of {persons} labelled persons are covered (heads: {heads}); {picture:.0%} of the picture is.",
            "{persons} 名标注人员中 {covered} 名被遮挡（头部：{heads}）；画面的 {picture:.0%} 被遮挡。",
        ).format(
            covered=measured.covered,
            persons=measured.persons,
            heads=measured.heads,
            picture=measured.picture_covered,
        )
    )
    for each in measured.missed:
        console.print(
            say(
                "missed: frame {frame}, at {x:.0f},{y:.0f}", "漏检：第 {frame} 帧，位置 {x:.0f},{y:.0f}"
            ).format(frame=each.frame, x=each.box.left, y=each.box.top)
        )
