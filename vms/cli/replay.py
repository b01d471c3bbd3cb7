"""`vms replay`: a file through the same pipeline as a camera, as fast as it goes."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from detectors.event import Event
from detectors.models import load_models
from runtime.errors import VmsError
from vms.cli.crowd import describe_crowd
from vms.cli.ground import GroundMarks, GroundMetres, parse_ground
from vms.cli.language import say
from vms.cli.options import Config, Json
from vms.cli.output import console, print_error, print_json, tell
from vms.cli.progress import progress_bar
from vms.cli.rules import parse_rules
from vms.replay import FileReport, Replay, parse_zone
from vms.settings import load_settings

HELP = say(
    "Run video files through the pipeline and print each event.", "让视频文件走一遍分析流程，逐条输出事件。"
)


def replay(
    videos: Annotated[list[Path], typer.Argument(help=say("Video files.", "视频文件。"), show_default=False)],
    rules: Annotated[
        str, typer.Option(help=say("Rules to apply, separated by commas.", "启用的规则，用逗号分隔。"))
    ] = "fall,person_down,crowd",
    crowd_limit: Annotated[
        int,
        typer.Option(
            min=1, help=say("Persons; more is too full (crowd).", "人数上限，超过即为过密（crowd）。")
        ),
    ] = 8,
    zone: Annotated[
        str,
        typer.Option(
            help=say(
                "Corners of the crowd's zone, 0 to 1 of the picture: 'x,y x,y x,y …'.",
                "密度区域的各角点，取画面的 0 至 1：'x,y x,y x,y …'。",
            )
        ),
    ] = "0,0 1,0 1,1 0,1",
    ground: GroundMarks = "",
    ground_metres: GroundMetres = "",
    draw: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.mp4",
            help=say(
                "Write each analysed picture with poses, tracks, zones and events drawn (one video file).",
                "把每个分析过的画面连同姿态、轨迹、区域和事件写成视频（仅限一个视频文件）。",
            ),
            show_default=False,
        ),
    ] = None,
    strips: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help=say(
                "Write the five frames that explain each event into this folder, as JPEG.",
                "把说明每个事件的五幅画面写入此文件夹（JPEG）。",
            ),
            show_default=False,
        ),
    ] = None,
    as_live: Annotated[
        bool,
        typer.Option(
            help=say(
                "Sleep while nothing moves and wake as with a live camera, instead of analysing every frame.",
                "像实时摄像机那样：画面静止时休眠，有动静时唤醒，而不是逐帧分析。",
            )
        ),
    ] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    kinds = parse_rules(rules)
    if draw is not None and len(videos) > 1:
        raise typer.BadParameter(say("takes one video", "只能用于一个视频"), param_hint="--draw")
    settings = load_settings(config)
    run = Replay(
        models=load_models(
            settings.models_folder,
            threads=settings.analysis.threads_per_model,
            providers=settings.analysis.providers,
            person=settings.analysis.person_model,
            pose=settings.analysis.pose_model,
        ),
        settings=settings.detectors,
        rules=kinds,
        zones=parse_zone(zone, crowd_limit, parse_ground(ground, ground_metres)) if "crowd" in kinds else (),
        as_live=as_live,
    )
    failed = 0
    with progress_bar(hidden=json) as progress:
        for video in videos:
            try:
                report = _one(run, video, progress, json, draw, strips)
            except VmsError as error:
                failed += 1
                if json:
                    print_json("error", {"file": str(video), **error.as_json()})
                else:
                    print_error(error)
            else:
                if report.cut_short:
                    _warn_cut_short(video, report)
                if not json:
                    _print_report(video, report)
    summary = run.summary()
    if json:
        print_json("summary", summary)
    else:
        console.print(
            say(
                "{files} files, {events} events, {frames_analysed} frames analysed,"
                " {cpu_ms_per_analysed_frame} ms of CPU a frame, {realtime_factor} times real time;"
                " not analysed: {skipped_asleep} packets of still scenes, {skipped_corrupt} corrupt",
                "{files} 个文件，{events} 个事件，分析 {frames_analysed} 帧，每帧 CPU {cpu_ms_per_analysed_frame} 毫秒，"
                "实时速度的 {realtime_factor} 倍；未分析：{skipped_asleep} 个数据包属于静止画面，{skipped_corrupt} 个损坏",
            ).format(**summary)
        )
    if failed:
        raise typer.Exit(1)


def _one(
    run: Replay, video: Path, progress: Progress, json: bool, draw: Path | None, strips: Path | None
) -> FileReport:
    bar = progress.add_task(video.name, total=None)

    def on_event(event: Event) -> None:
        if json:
            print_json(
                "event",
                {
                    "file": str(video),
                    "kind": event.kind,
                    "media_time_s": round(event.media_time_s, 2),
                    "zone": event.zone_name,
                    "track": event.track,
                    "score": round(event.score, 3),
                    "level": event.level,
                    "rising": event.rising,
                    "rule_version": event.rule_version,
                    "models": [asdict(model) for model in event.models],
                    "measurements": dict(event.measurements),
                    "curves": [asdict(curve) for curve in event.curves],
                },
            )

    def on_progress(media_time_s: float, duration_s: float | None) -> None:
        progress.update(bar, completed=media_time_s, total=duration_s)

    try:
        return run.file(video, on_event=on_event, on_progress=on_progress, draw=draw, strips=strips)
    finally:
        progress.remove_task(bar)


def _warn_cut_short(video: Path, report: FileReport) -> None:
    tell(
        say(
            "{}: only {:.1f} of {:.1f} s could be read: the file is damaged or was not copied whole. Copy it again.",
            "{}：只能读出 {:.1f} 秒，文件应有 {:.1f} 秒：文件已损坏或未复制完整，请重新复制。",
        ).format(video, report.media_s, report.declared_s)
    )


def _print_report(video: Path, report: FileReport) -> None:
    if not report.events:
        console.print(f"{video}: {say('no events', '无事件')}")
    for event in report.events:
        where = f" {event.zone_name}" if event.zone_name else ""
        what = describe_crowd(event) or f"{event.score:.2f}"
        console.print(f"{video}: [bold]{event.kind}[/bold]{where} {event.media_time_s:.1f} s ({what})")
