"""`vms poses`: the rule for falls on simulated pose sequences, thousands of them, and the noise that they are given."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from detectors.intervals import Interval
from detectors.labels import read_labels
from detectors.memory_store import MemoryStore
from detectors.models import load_models
from detectors.outcome import SweepCurve
from detectors.simulation.figures import GroupFigures, by_tag, figures_of
from detectors.simulation.motions import MotionStore
from detectors.simulation.observation import MEASURED, measured
from detectors.simulation.observation_measure import measure as measure_clips
from detectors.simulation.report import write_report
from detectors.simulation.split import BY_NAME, SPLITS, SplitName
from detectors.sweep import parse_sweep
from vms.cli.language import say
from vms.cli.options import Config, Json
from vms.cli.output import console, print_json, print_table
from vms.cli.progress import progress_bar
from vms.evaluate import cache_folder
from vms.evaluate_poses import PoseEvaluation, PoseOutcome
from vms.evaluate_poses import compare as compare_clips
from vms.pose_summary import TAGS, comparison_of, point_of, summary_of
from vms.settings import load_settings

HELP = say("Simulated pose sequences: falls and what looks like one.", "模拟姿态序列：跌倒与近似跌倒的动作。")
app = typer.Typer(no_args_is_help=True)


@app.command(
    help=say(
        "Run the rule for falls over simulated sequences: recall against false alarms, by kind, body and camera.",
        "用模拟序列检验跌倒规则：召回率与误报，按动作、体型和摄像机分组。",
    )
)
def evaluate(
    split: Annotated[
        str,
        typer.Option(
            help=say(
                "train: to choose thresholds on. test: other bodies, kinds and cameras, to judge them.",
                "train 用于选择阈值；test 用于检验，其体型、动作和摄像机均不相同。",
            )
        ),
    ] = "test",
    sequences: Annotated[int, typer.Option(min=1, help=say("How many.", "序列数量。"))] = 3000,
    seed: Annotated[int, typer.Option(min=0, help=say("Another seed, other sequences.", "随机种子。"))] = 7,
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
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help=say("Write a report for people: one HTML file.", "写出供人阅读的报告：一个 HTML 文件。"),
            show_default=False,
        ),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=say(
                "Folder where simulated motions are kept. [default: motions, in the data folder]",
                "保存模拟动作的目录。[默认：数据目录下的 motions]",
            ),
            show_default=False,
        ),
    ] = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config)
    run = PoseEvaluation(
        split=BY_NAME[_split(split)],
        count=sequences,
        seed=seed,
        figures=measured(),
        store=MotionStore(cache or settings.data / "motions"),
        settings=settings.detectors,
        sweep=parse_sweep(sweep, settings.detectors) if sweep else None,
    )
    with progress_bar(hidden=json) as progress:
        bar = progress.add_task(say("sequences", "序列"), total=sequences)
        outcome = run.run(lambda done, of: progress.update(bar, completed=done, total=of))
    if report is not None:
        write_report(outcome.outcome, report)
    if json:
        curve = outcome.outcome.curve
        if curve:
            points = [point_of(point) for point in curve.points]
            print_json("sweep", {"key": curve.key, "present": curve.present, "points": points})
        print_json("summary", summary_of(outcome))
    else:
        _print(outcome)
        if report is not None:
            console.print(say("Report: {}", "报告：{}").format(report))


@app.command(
    help=say(
        "Measure how the pose network sees bodies whose true keypoints are known: the noise of the simulation.",
        "测量姿态网络对已知关键点的人体的观测误差，供模拟使用。",
    )
)
def measure(
    folder: Annotated[
        Path,
        typer.Argument(
            help=say(
                "Folder of videos, each with a JSON of true keypoints beside it.",
                "视频目录，每个视频旁有同名的真实关键点 JSON。",
            ),
            show_default=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option(help=say("Where the measurements are written.", "测量结果的写入位置。"))
    ] = MEASURED,
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=say(
                "Folder where the network's answers are remembered. [default: evaluation, in the data folder]",
                "保存推理结果的目录。[默认：数据目录下的 evaluation]",
            ),
            show_default=False,
        ),
    ] = None,
    config: Config = None,
) -> None:
    settings = load_settings(config)
    models = load_models(settings.models_folder, pose=settings.analysis.pose_model)
    store = MemoryStore(cache_folder(cache, settings.data), settings.models_folder, asked=[models.pose.fact])
    clips = sorted(folder.glob("*.mp4"))
    with progress_bar(hidden=False) as progress:
        bar = progress.add_task(say("clips", "片段"), total=len(clips))
        figures = measure_clips(
            clips,
            models.pose,
            store,
            on_progress=lambda done, of: progress.update(bar, completed=done, total=of),
        )
    out.write_text(figures.model_dump_json(indent=1) + "\n", "utf-8")
    console.print(f"{out}: {figures.model}, {figures.clips}")


@app.command(
    help=say(
        "Hold the noise against pictures: labelled clips whose true keypoints are known, without their pictures.",
        "检验模拟误差：对已知真实关键点的标注片段，不看画面再评估一遍。",
    )
)
def compare(
    labels: Annotated[
        Path,
        typer.Argument(
            help=say(
                "Labels as of `vms evaluate`; a JSON of true keypoints beside each video.",
                "与 vms evaluate 相同的标注；每个视频旁有真实关键点 JSON。",
            ),
            show_default=False,
        ),
    ],
    times: Annotated[int, typer.Option(min=1, help=say("Each so many times.", "每个片段重复次数。"))] = 10,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config)
    with progress_bar(hidden=json) as progress:
        bar = progress.add_task(say("clips", "片段"), total=None)
        scores = compare_clips(
            read_labels(labels),
            times=times,
            figures=measured(),
            settings=settings.detectors,
            on_progress=lambda done, of: progress.update(bar, completed=done, total=of),
        )
    if json:
        print_json("summary", comparison_of(scores, times))
        return
    names = dict.fromkeys(score.clip.name for score in scores)
    rows = [_row(say("all", "全部"), figures_of(scores))]
    rows += [_row(f" {name}", figures_of([s for s in scores if s.clip.name == name])) for name in names]
    _print_rows(rows)


def _split(text: str) -> SplitName:
    for name in SPLITS:
        if name == text:
            return name
    raise typer.BadParameter(
        say("use one of: {}", "可选：{}").format(", ".join(SPLITS)), param_hint="--split"
    )


def _print(outcome: PoseOutcome) -> None:
    clips = outcome.outcome.clips
    rows = [_row(say("all", "全部"), figures_of(clips))]
    for tag in TAGS:
        rows.append([f"[bold]{tag}[/bold]", "", "", "", ""])
        rows += [_row(f" {figures.value}", figures) for figures in by_tag(clips, tag)]
    _print_rows(rows)
    console.print(
        say(
            "Found: falls that were stated. Alarms: sequences without a fall in which one was stated; in brackets the 95 %"
            " interval. Half of the sequences are falls, the rest looks like one: no place is like that.",
            "找到：已报出的跌倒。误报：没有跌倒却报出的序列；括号内为 95 % 区间。一半序列为跌倒，其余为近似动作，真实场所并非如此。",
        )
    )
    if outcome.left_out:
        console.print(say("{} could not be made", "{} 个未能生成").format(outcome.left_out))
    if outcome.outcome.curve:
        _print_curve(outcome.outcome.curve)


def _print_rows(rows: Sequence[Sequence[str]]) -> None:
    columns = [
        "",
        say("found", "找到"),
        say("recall, %", "召回率 %"),
        say("alarms", "误报"),
        say("of, %", "占比 %"),
    ]
    print_table(columns, rows)


def _row(name: str, figures: GroupFigures) -> list[str]:
    return [
        name,
        f"{figures.found}/{figures.falls}" if figures.falls else "-",
        _percent(figures.recall, figures.recall_interval),
        f"{figures.alarmed}/{figures.ordinary}" if figures.ordinary else "-",
        _percent(figures.alarmed_share, figures.alarmed_interval),
    ]


def _percent(share: float | None, interval: Interval | None) -> str:
    if share is None or interval is None:
        return "-"
    return f"{100 * share:.1f} ({100 * interval.low:.0f}–{100 * interval.high:.0f})"


def _print_curve(curve: SweepCurve) -> None:
    rows = [
        [f"{point.value:g}", f"{point.score.recall or 0:.3f}", str(point.score.false_alarms)]
        for point in curve.points
        if point.score
    ]
    print_table([curve.key, say("recall", "召回率"), say("false alarms", "误报")], rows)
