"""`vms life`: hours of ordinary life through the pipeline, and what the rules wrongly state in it."""

from pathlib import Path
from typing import Annotated

import typer

from detectors.labels import read_labels
from detectors.memory_store import MemoryStore
from detectors.models import load_models
from vms.cli.language import say
from vms.cli.options import Config, Json
from vms.cli.output import console, print_json
from vms.cli.progress import progress_bar
from vms.evaluate import cache_folder
from vms.life import Life, LifeOutcome, Statement, without_falls
from vms.life_summary import kind_summary, statement_of, summary_of
from vms.settings import load_settings

HELP = say(
    "Watch footage without falls for hours, each time varied, and count what is stated wrongly.",
    "用没有跌倒的录像反复变化、连续分析数小时，统计误报。",
)


def life(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="LABELS.csv|VIDEO …",
            help=say(
                "Labels, of which the videos without an event are taken, and videos in which nobody falls.",
                "标注文件（取其中没有事件的视频）以及没有跌倒的视频。",
            ),
            show_default=False,
        ),
    ],
    hours: Annotated[float, typer.Option(min=0.001, help=say("Of media time.", "录像时长（小时）。"))] = 2.0,
    seed: Annotated[
        int, typer.Option(min=0, help=say("Another seed, another order and variation.", "随机种子。"))
    ] = 1,
    crowd_limit: Annotated[
        int,
        typer.Option(
            min=1, help=say("Persons; more is too full (crowd).", "人数上限，超过即为过密（crowd）。")
        ),
    ] = 8,
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=say(
                "Folder where the networks' answers are remembered: a run that was stopped goes on."
                " [default: evaluation, in the data folder]",
                "保存推理结果的目录，中断后可继续。[默认：数据目录下的 evaluation]",
            ),
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config)
    models = load_models(
        settings.models_folder,
        threads=settings.analysis.threads_per_model,
        providers=settings.analysis.providers,
        person=settings.analysis.person_model,
        pose=settings.analysis.pose_model,
    )
    labels = [read_labels(source) for source in sources if source.suffix.lower() == ".csv"]
    videos = [source for source in sources if source.suffix.lower() != ".csv"]
    run = Life(
        videos=[*without_falls(labels), *videos],
        models=models,
        store=MemoryStore(
            cache_folder(cache, settings.data), settings.models_folder, asked=models.facts, uses=models.uses
        ),
        settings=settings.detectors,
        crowd_limit=crowd_limit,
    )

    def on_event(statement: Statement) -> None:
        if json:
            print_json("event", statement_of(statement))
        elif statement.event.kind != "crowd":
            body = statement_of(statement)
            console.print(f"{body['file']} {body['kind']} {body['media_time_s']} s")

    with progress_bar(hidden=json) as progress:
        bar = progress.add_task(say("hours watched", "已分析"), total=hours * 3600)
        outcome = run.run(
            seconds=hours * 3600,
            seed=seed,
            on_progress=lambda media_s: progress.update(bar, completed=media_s),
            on_event=on_event,
        )
    if json:
        print_json("summary", summary_of(outcome))
    else:
        _print(outcome)


def _print(outcome: LifeOutcome) -> None:
    for kind, words in (("fall", say("falls", "跌倒")), ("person_down", say("persons lying", "人员倒卧"))):
        figures = kind_summary(outcome, kind)  # type: ignore[arg-type]
        low, high = figures.interval or (0.0, 0.0)
        console.print(
            say(
                "[bold]{words}[/bold]: {count} stated in {hours:.2f} h, {rate:.1f} a camera-day (95 %: {low:.1f}–{high:.1f})",
                "[bold]{words}[/bold]：{hours:.2f} 小时内报出 {count} 次，每摄像机每天 {rate:.1f} 次（95 %：{low:.1f}–{high:.1f}）",
            ).format(
                words=words,
                count=figures.count,
                hours=outcome.media_s / 3600,
                rate=figures.a_day,
                low=low,
                high=high,
            )
        )
    console.print(
        say(
            "This is not a field trial: {videos} videos, shown {episodes} times in varied form. Every fall stated here is"
            " false; a person stated as lying may lie there.",
            "这不是现场试验：{videos} 段录像以变化的形式共播放 {episodes} 次。此处报出的跌倒均为误报；报出的倒卧可能属实。",
        ).format(videos=len(outcome.videos), episodes=outcome.episodes)
    )
