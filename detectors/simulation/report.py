"""The report on simulated sequences: figures, the curve, and results group by group; no sequence by itself."""

from html import escape
from pathlib import Path

from detectors.errors import ReportUnwritable
from detectors.outcome import Outcome
from detectors.plots import interval_bar, share_bar
from detectors.report_figures import plots_section
from detectors.report_style import STYLE
from detectors.report_words import both, figure, share
from detectors.simulation.figures import GroupFigures, by_tag, figures_of

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_TAGS = {
    "family": "类别",
    "kind": "动作",
    "build": "体型",
    "camera": "摄像机",
    "size": "画面中的大小",
    "company": "旁人",
    "edge": "画面边缘",
}


def write_report(outcome: Outcome, path: Path) -> None:
    """Raises: ReportUnwritable."""
    try:
        path.write_text(page(outcome), "utf-8")
    except OSError as error:
        raise ReportUnwritable(path=path, reason=error.strerror or str(error)) from error


def page(outcome: Outcome) -> str:
    title = both("模拟姿态序列评估报告", "Evaluation on simulated pose sequences")
    sections = [_what_it_is(outcome), _cards(outcome), plots_section(outcome), _groups(outcome)]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>评估报告 Evaluation · {escape(outcome.labels.path.name)}</title><style>{STYLE}</style></head><body>"
        f'<header class="top"><div><h1>{title}</h1><div class="facts inline">{escape(outcome.labels.path.name)} · '
        f"{outcome.made_at:%Y-%m-%d %H:%M} UTC</div></div></header><main>{''.join(sections)}</main></body></html>\n"
    )


def _what_it_is(outcome: Outcome) -> str:
    hours = outcome.media_s / 3600
    zh = (
        f"这不是现场试验，也没有真实录像：{len(outcome.clips)} 个序列、共 {hours:.1f} 小时，由模拟人体的关节投影而成，"
        "再加上在合成画面上测得的姿态网络误差。其中一半是跌倒，另一半是容易误判的动作，因此“每小时”“每天”的误报率远高于真实场所。"
    )
    en = (
        f"This is neither a field trial nor footage: {len(outcome.clips)} sequences, {hours:.1f} hours in all, are joints of"
        " simulated bodies, projected, with the pose network's errors as measured on rendered pictures. Half of them are falls"
        " and the other half what is easily taken for one: rates per hour and day are far above those of any real place."
    )
    return f'<div class="said">{both(zh, en)}</div>'


def _cards(outcome: Outcome) -> str:
    """Without rates by the day: nothing here is a day of anything."""
    everything, score = figures_of(outcome.clips), outcome.scores["fall"]
    recall, alarmed = everything.recall_interval, everything.alarmed_interval
    parts = [
        _card(
            both("找到的跌倒", "Falls found"),
            f"{share(everything.recall)}<small>{everything.found} / {everything.falls}</small>",
            interval_bar(everything.recall or 0.0, recall.low, recall.high, of=1.0, ink="good")
            if recall
            else "",
        ),
        _card(
            both("有误报的非跌倒序列", "Sequences without a fall in which one was stated"),
            f"{share(everything.alarmed_share)}<small>{everything.alarmed} / {everything.ordinary}</small>",
            interval_bar(everything.alarmed_share or 0.0, alarmed.low, alarmed.high, of=1.0, ink="bad")
            if alarmed
            else "",
        ),
        _card(
            both("报警延迟", "Time to event"),
            f"{figure(score.delay_s(0.5))} s<small>p95 {figure(score.delay_s(0.95))} s</small>",
            "",
        ),
    ]
    return f'<h2>{both("主要数字", "Main figures")}</h2><div class="cards">{"".join(parts)}</div>'


def _card(name: str, value: str, bar: str) -> str:
    return (
        f'<div class="card inline"><div class="name">{name}</div><div class="figure">{value}</div>{bar}</div>'
    )


def _groups(outcome: Outcome) -> str:
    tables = "".join(_table(tag, zh, by_tag(outcome.clips, tag)) for tag, zh in _TAGS.items())
    return f"<h2>{both('分组结果', 'Group by group')}</h2><div class='plots tables'>{tables}</div>"


def _table(tag: str, zh: str, groups: tuple[GroupFigures, ...]) -> str:
    columns = (both(zh, tag), both("找到", "Found"), both("有误报的序列", "Sequences with a false alarm"))
    heading = "".join(f"<th>{column}</th>" for column in columns)
    rows = "".join(_row(group) for group in sorted(groups, key=lambda group: (not group.falls, group.value)))
    return f'<div class="scroll"><table><thead><tr>{heading}</tr></thead><tbody>{rows}</tbody></table></div>'


def _row(group: GroupFigures) -> str:
    found, recall = "–", group.recall_interval
    if recall and group.recall is not None:
        bar = share_bar(group.recall, "good", width=60)
        found = f"{group.found} / {group.falls} {bar}<div class='under'>95 %: {share(recall.low)} – {share(recall.high)}</div>"
    alarmed, interval = "–", group.alarmed_interval
    if interval:
        alarmed = (
            f"{group.alarmed} / {group.ordinary}<div class='under'>95 %: {share(interval.low)} – {share(interval.high)};"
            f" {figure(group.alarmed_per_hour)} / h</div>"
        )
    return f"<tr><td>{escape(group.value)}</td><td class='bar'>{found}</td><td>{alarmed}</td></tr>"
