"""The report's tables: results by tag, and clip by clip."""

from collections.abc import Sequence
from html import escape

from detectors.evaluation import ClipScore
from detectors.labels import grouping_tags
from detectors.misses import ends_within
from detectors.outcome import Outcome
from detectors.plots import share_bar
from detectors.report_words import KINDS, both, figure, kind_of

#: an event is wanted within so many seconds of its start; where a clip is shorter, that is said
_WANTED_S = 3.0


def groups_section(outcome: Outcome) -> str:
    if not outcome.scores:
        return ""
    tables = [_group(outcome, name) for name in grouping_tags([score.clip for score in outcome.clips])]
    if not tables:
        return ""
    return f"<h2>{both('按标签分组', 'By tag')}</h2><div class='plots tables'>{''.join(tables)}</div>"


def clips_section(outcome: Outcome) -> str:
    columns = [both("片段", "Clip"), both("时长", "Length")]
    if outcome.scores:
        columns += [both("标注", "Labelled"), both("报出", "Stated"), both("结果", "Result")]
    else:
        columns += [both("误差", "Error"), both("报出", "Stated")]
    heading = "".join(f"<th>{column}</th>" for column in columns)
    rows = "".join((_event_row(score) if outcome.scores else _count_row(score)) for score in outcome.clips)
    return (
        f"<h2>{both('逐个片段', 'Clip by clip')}</h2>"
        f'<div class="scroll"><table><thead><tr>{heading}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _group(outcome: Outcome, name: str) -> str:
    by_value: dict[str, list[ClipScore]] = {}
    for score in outcome.clips:
        by_value.setdefault(score.clip.tags.get(name, ""), []).append(score)
    rows = "".join(_group_row(value, by_value[value]) for value in sorted(by_value))
    heading = "".join(
        f"<th>{column}</th>"
        for column in (
            escape(name),
            both("片段", "Clips"),
            both("找到", "Found"),
            both("误报", "False"),
        )
    )
    return f'<div class="scroll"><table><thead><tr>{heading}</tr></thead><tbody>{rows}</tbody></table></div>'


def _group_row(value: str, scores: Sequence[ClipScore]) -> str:
    labelled = sum(len(score.answers) for score in scores)
    found = labelled - sum(len(score.missed) for score in scores)
    false_alarms = sum(len(score.false_alarms) for score in scores)
    bar = (
        f"{found} / {labelled} {share_bar(found / labelled, 'good' if found == labelled else 'bad', width=80)}"
        if labelled
        else "–"
    )
    ink = "bad" if false_alarms else "good"
    return (
        f"<tr><td>{escape(value) or '–'}</td><td class='number'>{len(scores)}</td><td class='bar'>{bar}</td>"
        f"<td class='number {ink}'>{false_alarms}</td></tr>"
    )


def _event_row(score: ClipScore) -> str:
    labels = "<br>".join(
        f"{kind_of(answer.label.kind)} {answer.label.start_s:g}–{answer.label.end_s:g} s"
        for answer in score.answers
    )
    notes = [ends_within(answer.label, score.media_s, _WANTED_S) for answer in score.answers]
    said = "".join(f"<div>{both(note.zh, note.en)}</div>" for note in notes if note)
    return (
        f"<tr><td class='file'>{escape(score.clip.name)}{_description(score)}</td><td class='number'>{score.media_s:.1f} s</td>"
        f"<td>{labels or both('不应报警', 'nothing')}{said}</td><td>{_stated(score)}</td><td>{_result(score)}</td></tr>"
    )


def _count_row(score: ClipScore) -> str:
    errors = [counted.error for counted in score.counted]
    mae = sum(map(abs, errors)) / len(errors) if errors else None
    return (
        f"<tr><td class='file'>{escape(score.clip.name)}{_description(score)}</td><td class='number'>{score.media_s:.1f} s</td>"
        f"<td class='number'>{figure(mae, 2)}</td><td>{_stated(score)}</td></tr>"
    )


def _description(score: ClipScore) -> str:
    """Of the first row of the clip: where a column tells what happens in it."""
    said = next(
        (score.clip.tags[name] for name in ("description", "说明", "kind") if score.clip.tags.get(name)), ""
    )
    return f'<div class="under">{escape(said)}</div>' if said else ""


def _stated(score: ClipScore) -> str:
    return "<br>".join(f"{kind_of(event.kind)} {event.media_time_s:.1f} s" for event in score.events) or "–"


def _result(score: ClipScore) -> str:
    if score.right:
        delays = [f"+{answer.delay_s:.1f} s" for answer in score.answers if answer.delay_s is not None]
        return f'<span class="tag good">{both("正确", "right")}</span> {", ".join(delays)}'
    tags = [
        f'<span class="tag bad">{both("漏报", "missed")} {KINDS[a.label.kind][0]}</span>'
        for a in score.missed
    ]
    tags += [f'<span class="tag bad">{both("误报", "false")}</span>' for _ in score.false_alarms]
    return "".join(tags)
