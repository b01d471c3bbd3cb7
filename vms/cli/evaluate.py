"""`vms evaluate`: labelled footage through the pipeline, and what it found, missed and said wrongly."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress

from detectors.evaluation import DAY_S, TOLERANCE_S, ClipScore, EventScore
from detectors.labels import Labels, read_labels
from detectors.memory_store import MemoryStore
from detectors.models import load_models
from detectors.outcome import Outcome, SweepCurve
from detectors.report import write_report
from detectors.schedule import ScheduleStats
from detectors.sweep import parse_sweep
from vms.cli.language import say
from vms.cli.options import Config, Json
from vms.cli.output import console, print_json, print_table
from vms.cli.progress import progress_bar
from vms.cli.rules import parse_rules
from vms.evaluate import Evaluation, cache_folder, rules_for
from vms.evaluation_summary import (
    event_of,
    false_alarm_of,
    miss_of,
    point_of,
    summary_of,
)
from vms.settings import load_settings

HELP = say(
    "Run labelled footage through the pipeline: recall, false alarms, delay, count error, cost.",
    "用带标注的录像检验分析流程：召回率、误报、延迟、人数误差、开销。",
)


def evaluate(
    labels: Annotated[
        Path,
        typer.Argument(
            help=say(
                "CSV: file,event,start_s,end_s (an empty event: nothing must fire), or file,frame,time_s,count."
                " Files are relative to it; further columns group the results.",
                "CSV：file,event,start_s,end_s（event 留空表示不应报警），或 file,frame,time_s,count。"
                "文件路径相对于该 CSV；其余列用于分组。",
            ),
            show_default=False,
        ),
    ],
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help=say(
                "Write a report for people: one HTML file with plots and pictures.",
                "写出供人阅读的报告：一个含图表和截图的 HTML 文件。",
            ),
            show_default=False,
        ),
    ] = None,
    sweep: Annotated[
        str,
        typer.Option(
            metavar="KEY=FROM:TO:STEP",
            help=say(
                "Try a threshold at several values, such as fall.least_fast_drop=0.2:0.4:0.02.",
                "对一个阈值逐一取值，例如 fall.least_fast_drop=0.2:0.4:0.02。",
            ),
            show_default=False,
        ),
    ] = "",
    rules: Annotated[
        str,
        typer.Option(
            help=say(
                "Rules to apply, separated by commas. [default: those that are labelled; with counts, all]",
                "启用的规则，用逗号分隔。[默认：标注中出现的规则；人数标注则为全部]",
            ),
            show_default=False,
        ),
    ] = "",
    crowd_limit: Annotated[
        int,
        typer.Option(
            min=1, help=say("Persons; more is too full (crowd).", "人数上限，超过即为过密（crowd）。")
        ),
    ] = 8,
    tolerance: Annotated[
        float,
        typer.Option(
            min=0.0,
            help=say(
                "Seconds after the labelled end in which an event still counts.",
                "标注结束后多少秒内的事件仍算找到。",
            ),
        ),
    ] = TOLERANCE_S,
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=say(
                "Folder where the networks' answers are remembered. [default: evaluation, in the data folder]",
                "保存推理结果的目录。[默认：数据目录下的 evaluation]",
            ),
            show_default=False,
        ),
    ] = None,
    as_live: Annotated[
        bool,
        typer.Option(
            "--as-live",
            help=say(
                "Sleep while nothing moves and wake as with a live camera, instead of analysing every frame.",
                "像实时摄像机那样：画面静止时休眠，有动静时唤醒，而不是逐帧分析。",
            ),
        ),
    ] = False,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config)
    labelled = read_labels(labels)
    models = load_models(
        settings.models_folder,
        threads=settings.analysis.threads_per_model,
        providers=settings.analysis.providers,
        person=settings.analysis.person_model,
        pose=settings.analysis.pose_model,
    )
    evaluation = Evaluation(
        labels=labelled,
        models=models,
        store=MemoryStore(
            cache_folder(cache, settings.data), settings.models_folder, asked=models.facts, uses=models.uses
        ),
        settings=settings.detectors,
        rules=parse_rules(rules) if rules else rules_for(labelled),
        crowd_limit=crowd_limit,
        tolerance_s=tolerance,
        sweep=parse_sweep(sweep, settings.detectors) if sweep else None,
        pictures=report is not None,
        as_live=as_live,
    )
    with progress_bar(hidden=json) as progress:
        _run(evaluation, labelled, progress, json)
    outcome = evaluation.outcome()
    if report is not None:
        write_report(outcome, report)
    if json:
        _print_lines(outcome, evaluation.slept if as_live else None)
    else:
        _print_outcome(outcome)
        if as_live:
            slept = say("Never decoded, because nothing moved: {} packets", "因画面静止而未解码：{} 个数据包")
            console.print(slept.format(evaluation.slept.asleep))
        if report is not None:
            console.print(say("Report: {}", "报告：{}").format(report))


def _run(evaluation: Evaluation, labelled: Labels, progress: Progress, json: bool) -> None:
    whole = progress.add_task(escape(labelled.path.name), total=len(labelled.clips))
    for clip in labelled.clips:
        bar = progress.add_task(escape(clip.name), total=None)

        def on_progress(at_s: float, of_s: float | None, bar: object = bar) -> None:
            progress.update(bar, completed=at_s, total=of_s)  # type: ignore[arg-type]

        score = evaluation.clip(clip, on_progress=on_progress)
        progress.remove_task(bar)
        progress.advance(whole)
        if json:
            for event in score.events:
                print_json("event", {"file": clip.name, **event_of(event)})
        else:
            progress.console.print(_clip_line(score))


def _clip_line(score: ClipScore) -> str:
    told = ", ".join(f"{event.kind} {event.media_time_s:.1f} s" for event in score.events)
    faults = []
    if score.missed:
        faults.append(f"[red]{say('missed', '漏报')} {len(score.missed)}[/red]")
    if score.false_alarms:
        faults.append(f"[red]{say('false', '误报')} {len(score.false_alarms)}[/red]")
    if score.counted:
        error = sum(abs(counted.error) for counted in score.counted) / len(score.counted)
        faults.append(say("mean count error {:.2f}", "人数平均误差 {:.2f}").format(error))
    return f"{escape(score.clip.name)}: {told or say('no events', '无事件')}  {' '.join(faults)}".rstrip()


def _print_lines(outcome: Outcome, slept: ScheduleStats | None) -> None:
    for miss in outcome.misses:
        print_json("miss", miss_of(miss))
    for alarm in outcome.false_alarms:
        print_json("false_alarm", false_alarm_of(alarm))
    if outcome.curve:
        points = [point_of(point) for point in outcome.curve.points]
        print_json("sweep", {"key": outcome.curve.key, "present": outcome.curve.present, "points": points})
    schedule = {"schedule": asdict(slept)} if slept else {}
    print_json("summary", summary_of(outcome) | schedule)


def _print_outcome(outcome: Outcome) -> None:
    for miss in outcome.misses:
        label = miss.answer.label
        causes = " ".join(say(cause.en, cause.zh) for cause in miss.causes)
        console.print(
            f"[red]{say('missed', '漏报')}[/red] {escape(miss.clip.clip.name)} {label.kind}"
            f" {label.start_s:g}–{label.end_s:g} s: {causes}"
        )
    for alarm in outcome.false_alarms:
        console.print(
            f"[red]{say('false alarm', '误报')}[/red] {escape(alarm.clip.clip.name)} {alarm.event.kind}"
            f" {alarm.event.media_time_s:.1f} s"
        )
    for score in outcome.scores.values():
        _print_score(score)
    if outcome.occupancy:
        console.print(
            say(
                "Persons: {frames} instants, mean error {mae:.2f}, bias {bias:+.2f}",
                "人数：{frames} 个时刻，平均绝对误差 {mae:.2f}，偏差 {bias:+.2f}",
            ).format(frames=outcome.occupancy.frames, mae=outcome.occupancy.mae, bias=outcome.occupancy.bias)
        )
    if outcome.curve:
        _print_curve(outcome.curve)
    if outcome.cost:
        cost = outcome.cost
        console.print(
            say(
                "Cost, measured when the networks ran: {ms:.1f} ms of CPU a frame, {factor:.1f} times real time",
                "开销（模型运行时测得）：每帧 CPU {ms:.1f} 毫秒，实时速度的 {factor:.1f} 倍",
            ).format(ms=1000 * cost.cpu_s / max(1, cost.frames), factor=cost.media_s / max(1e-9, cost.wall_s))
        )


def _print_score(score: EventScore) -> None:
    recall, rate = score.recall_interval, score.rate_interval(DAY_S)
    found = f"{score.found}/{score.labelled}"
    if recall:
        found += f" (95 %: {recall.low:.0%}–{recall.high:.0%})"
    parts = [f"{score.kind}: {say('found', '找到')} {found}"]
    parts.append(f"{say('false alarms', '误报')} {score.false_alarms}")
    if rate:
        each_day = say("{:.1f} a camera-day", "每摄像机每天 {:.1f} 次").format(score.rate(DAY_S) or 0.0)
        parts.append(f"{each_day} (95 %: {rate.low:.1f}–{rate.high:.1f}; {score.media_s / 60:.1f} min)")
    if score.delays_s:
        parts.append(
            say("time to event p50 {:.1f} s, p95 {:.1f} s", "报警延迟 p50 {:.1f} 秒，p95 {:.1f} 秒").format(
                score.delay_s(0.5), score.delay_s(0.95)
            )
        )
    console.print("[bold]" + say(", ", "，").join(parts) + "[/bold]")


def _print_curve(curve: SweepCurve) -> None:
    rows = []
    for point in curve.points:
        score, occupancy = point.score, point.occupancy
        recall = "-" if score is None or score.recall is None else f"{score.recall:.2f}"
        precision = "-" if score is None or score.precision is None else f"{score.precision:.2f}"
        rows.append(
            [
                f"{point.value:g}",
                recall,
                str(score.false_alarms) if score else "-",
                precision,
                f"{occupancy.mae:.2f}" if occupancy else "-",
            ]
        )
    print_table(
        [
            curve.key,
            say("recall", "召回率"),
            say("false alarms", "误报"),
            say("precision", "精确率"),
            say("count error", "人数误差"),
        ],
        rows,
    )
