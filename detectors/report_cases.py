"""The report's misses and false alarms, each with its pictures, its cause and how the trunk leaned."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from detectors.evaluation import ClipScore
from detectors.outcome import FalseAlarm, Lean, Miss, Outcome, Shot
from detectors.plots import Band, Ink, Line, Mark, line_chart
from detectors.report_words import both, kind_of

_LEGEND = "<p>{}</p>".format(
    both(
        "图中细框且无姿态：该时刻没有看到此人，框为最后所在位置。曲线为躯干与竖直方向的夹角：0° 直立，90° 横卧。",
        "A thin box without a pose: the person was not seen at this instant, the box is where they were last."
        " The curve is the trunk's angle from the vertical: 0° upright, 90° lying.",
    )
)
_INKS: tuple[Ink, ...] = ("blue", "grey", "good")


def misses_section(outcome: Outcome) -> str:
    if not any(score.labelled for score in outcome.scores.values()):
        return ""
    heading = f"<h2>{both(f'漏报：{len(outcome.misses)}', f'Missed: {len(outcome.misses)}')}</h2>"
    if not outcome.misses:
        return heading + f"<p>{both('标注的事件全部找到。', 'Every labelled event was found.')}</p>"
    return heading + _LEGEND + "".join(map(_miss, outcome.misses))


def false_alarms_section(outcome: Outcome) -> str:
    if not outcome.scores:
        return ""
    number = len(outcome.false_alarms)
    heading = f"<h2>{both(f'误报：{number}', f'False alarms: {number}')}</h2>"
    if not number:
        return heading + f"<p>{both('没有误报。', 'There was no false alarm.')}</p>"
    return heading + "".join(map(_false_alarm, outcome.false_alarms))


def _miss(miss: Miss) -> str:
    label = miss.answer.label
    causes = "".join(f"<p>{both(cause.zh, cause.en)}</p>" for cause in miss.causes)
    span = f"{label.start_s:g}–{label.end_s:g} s"
    x = max(0.0, label.start_s - 2), min(miss.clip.media_s, label.end_s + 3)
    bands = [Band(start=label.start_s, end=label.end_s, label="标注 labelled")]
    return (
        f'<section class="case"><h3>{escape(miss.clip.clip.name)} · {kind_of(label.kind)} · {span}</h3>'
        f"{tags_of(miss.clip)}{causes}{_shots(miss.shots)}{_leans(miss.leans, bands, [], x)}</section>"
    )


def _false_alarm(alarm: FalseAlarm) -> str:
    event = alarm.event
    measured = "".join(
        f'<span class="tag">{escape(name)} {value:g}</span>' for name, value in event.measurements.items()
    )
    x = max(0.0, event.media_time_s - 4), min(alarm.clip.media_s, event.media_time_s + 2)
    mark = Mark(at=event.media_time_s, label="误报 stated")
    return (
        f'<section class="case"><h3>{escape(alarm.clip.clip.name)} · {kind_of(event.kind)} · {event.media_time_s:.1f} s</h3>'
        f"{tags_of(alarm.clip)}{_shots(alarm.shots)}"
        f"<p>{both('规则的测量值', 'What the rule measured')}</p><div>{measured}</div>"
        f"{_leans(alarm.leans, [], [mark], x)}</section>"
    )


def tags_of(score: ClipScore) -> str:
    tags = "".join(
        f'<span class="tag">{escape(name)}: {escape(value)}</span>'
        for name, value in score.clip.tags.items()
        if value
    )
    return f"<div>{tags}</div>"


def _shots(shots: Sequence[Shot]) -> str:
    if not shots:
        return ""
    figures = "".join(
        f'<figure><img alt="" src="data:image/jpeg;base64,{b64encode(shot.jpeg).decode("ascii")}">'
        f"<figcaption>{shot.at_s:.1f} s</figcaption></figure>"
        for shot in shots
    )
    return f'<div class="shots">{figures}</div>'


def _leans(
    leans: Sequence[Lean], bands: Sequence[Band], marks: Sequence[Mark], x: tuple[float, float]
) -> str:
    lines = [
        Line(points=lean.points, ink=ink, label=f"#{lean.track}")
        for lean, ink in zip(leans, _INKS, strict=False)
    ]
    if not lines:
        return f"<p>{both('此时段没有可用的姿态。', 'There is no pose in this stretch.')}</p>"
    return line_chart(
        lines,
        x_label="秒 s",
        y_label="躯干倾角 trunk °",
        y=(0.0, 180.0),
        bands=bands,
        marks=marks,
        height=190,
    )
