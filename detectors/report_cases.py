"""The report's cases, one by one: what was missed, what was false, what else was stated; each with its strip and charts."""

from base64 import b64encode
from html import escape

from detectors.evaluation import ClipScore
from detectors.event import Event
from detectors.outcome import FalseAlarm, Miss, Outcome, Stated
from detectors.report_charts import charts
from detectors.report_words import both, kind_of, measure_name

_LEGEND = "<p>{}</p>".format(
    both(
        "每组五张画面取自事件前后，下方左侧为相对于事件（漏报则为标注开始）的秒数，右侧为录像时间；曲线的横轴为同样的秒数，黄色为标注的时段。",
        "Each strip shows five frames; beneath them stand the seconds from the event (of a miss: from the labelled start) and"
        " the time in the clip. The charts count in the same seconds; yellow is what was labelled.",
    )
)


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
    return heading + _LEGEND + "".join(map(_false_alarm, outcome.false_alarms))


def stated_section(outcome: Outcome) -> str:
    number = len(outcome.stated)
    if not number:
        return ""
    heading = both(f"报出且非误报的事件：{number}", f"Stated and not false: {number}")
    return f"<h2>{heading}</h2>{_LEGEND}" + "".join(map(_stated, outcome.stated))


def _miss(miss: Miss) -> str:
    label = miss.answer.label
    causes = "".join(f"<p>{both(cause.zh, cause.en)}</p>" for cause in miss.causes)
    span = f"{label.start_s:g}–{label.end_s:g} s"
    drawn = charts(miss.curves, zero_s=label.start_s, band_s=(label.start_s, label.end_s))
    return (
        f'<section class="case"><h3>{escape(miss.clip.clip.name)} · {kind_of(label.kind)} · {span}</h3>'
        f"{tags_of(miss.clip)}{causes}{_strip(miss.strip)}{drawn or _NO_POSE}</section>"
    )


_NO_POSE = f"<p>{both('此时段没有可用的测量。', 'Nothing could be measured in this stretch.')}</p>"


def _false_alarm(alarm: FalseAlarm) -> str:
    return (
        f'<section class="case">{_heading(alarm.clip, alarm.event)}{tags_of(alarm.clip)}{_strip(alarm.strip)}'
        f"{_why(alarm.event)}</section>"
    )


def _stated(stated: Stated) -> str:
    event = stated.event
    return (
        f'<section class="case right">{_heading(stated.clip, event, _verdict(stated))}{tags_of(stated.clip)}{_strip(stated.strip)}'
        f"<details><summary>{both('为什么', 'Why')}</summary>{_why(event)}</details></section>"
    )


def _heading(clip: ClipScore, event: Event, verdict: str = "") -> str:
    return f"<h3>{escape(clip.clip.name)} · {kind_of(event.kind)} · {event.media_time_s:.1f} s {verdict}</h3>"


def _verdict(stated: Stated) -> str:
    if stated.answer is not None and stated.answer.delay_s is not None:
        return f'<span class="tag good">{both("找到", "found")} +{stated.answer.delay_s:.1f} s</span>'
    if not stated.event.rising:
        return f'<span class="tag">{both("缓解", "easing")}</span>'
    if stated.clip.clip.counts:
        return f'<span class="tag">{both("未标注，不作判断", "not labelled, not judged")}</span>'
    return f'<span class="tag">{both("同一标注的后续事件", "again, for the same label")}</span>'


def _why(event: Event) -> str:
    measured = "".join(
        f'<span class="tag">{measure_name(name)} {value:g}</span>'
        for name, value in event.measurements.items()
    )
    return (
        f"{charts(event.curves, zero_s=event.media_time_s)}"
        f'<p class="inline">{both("规则的测量值", "What the rule measured")}</p><div>{measured}</div>{_made_by(event)}'
    )


def _made_by(event: Event) -> str:
    models = "".join(f" · {escape(model.name)} {escape(model.sha256[:8])}" for model in event.models)
    return f'<p class="inline under">{both("规则", "Rule")} {escape(event.rule_version)}{models}</p>'


def tags_of(score: ClipScore) -> str:
    tags = "".join(
        f'<span class="tag">{escape(name)}: {escape(value)}</span>'
        for name, value in score.clip.tags.items()
        if value
    )
    return f"<div>{tags}</div>"


def _strip(jpeg: bytes | None) -> str:
    if jpeg is None:
        return ""
    return f'<img class="strip" alt="" src="data:image/jpeg;base64,{b64encode(jpeg).decode("ascii")}">'
