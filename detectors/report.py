"""The report of an evaluation for people who do not code: one HTML file, Chinese and English, that loads nothing.

It holds no script: whoever wants one language chooses it with a button that the style sheet reads. Whatever comes from
files (names, tags, descriptions) is escaped, and the page forbids scripts besides.
"""

from html import escape
from pathlib import Path

from detectors.errors import ReportUnwritable
from detectors.outcome import Outcome
from detectors.report_cases import false_alarms_section, misses_section, stated_section
from detectors.report_clips import clips_section, groups_section
from detectors.report_figures import cards, cost_section, plots_section, statement
from detectors.report_style import STYLE
from detectors.report_words import both

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def write_report(outcome: Outcome, path: Path) -> None:
    """Raises: ReportUnwritable."""
    try:
        path.write_text(page(outcome), "utf-8")
    except OSError as error:
        raise ReportUnwritable(path=path, reason=error.strerror or str(error)) from error


def page(outcome: Outcome) -> str:
    sections = [
        statement(outcome),
        cards(outcome),
        _not_a_field_trial(outcome),
        misses_section(outcome),
        false_alarms_section(outcome),
        plots_section(outcome),
        groups_section(outcome),
        clips_section(outcome),
        stated_section(outcome),
        cost_section(outcome),
        _how_to_read(outcome),
    ]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>评估报告 Evaluation · {escape(outcome.labels.path.name)}</title>"
        f"<style>{STYLE}</style></head><body>{_header(outcome)}<main>{''.join(sections)}</main></body></html>\n"
    )


def _header(outcome: Outcome) -> str:
    models = "、".join(
        f"{escape(model.name)} <small>{escape(model.sha256[:12])}</small>" for model in outcome.models
    )
    facts = [
        f"{both('标注', 'Labels')}: <b>{escape(str(outcome.labels.path))}</b>",
        f"{both('时间', 'Made')}: <b>{outcome.made_at:%Y-%m-%d %H:%M} UTC</b>",
        f"{both('规则', 'Rules')}: <b>{escape(', '.join(sorted(outcome.rules)))}</b>",
        f"{both('模型', 'Networks')}: {models}",
    ]
    tongues = "".join(
        f'<label><input type="radio" name="tongue" id="{name}"{checked}> {said}</label>'
        for name, said, checked in (
            ("only-zh", "中文", ""),
            ("only-en", "English", ""),
            ("zh-en", "中文 + English", " checked"),
        )
    )
    return (
        f'<header class="top"><div><div class="tongues">{tongues}</div>'
        f"<h1>{both('检测效果评估报告', 'Evaluation of the detectors')}</h1>"
        f'<div class="facts inline">{"<br>".join(facts)}</div></div></header>'
    )


def _not_a_field_trial(outcome: Outcome) -> str:
    minutes = outcome.media_s / 60
    zh = (
        f"这不是现场试验。以上数字来自 {len(outcome.clips)} 段录像、共 {minutes:.1f} 分钟，"
        "录像的场景、光线和动作由标注者选定；真实摄像机连续运行时的误报率和漏报率可能明显不同。区间为 95 % 置信区间。"
    )
    en = (
        f"This is not a field trial. The figures rest on {len(outcome.clips)} clips, {minutes:.1f} minutes in all, whose scenes,"
        " light and actions were chosen by whoever labelled them; cameras in daily use may do noticeably worse or better."
        " Intervals are 95 % confidence intervals."
    )
    return f'<div class="said">{both(zh, en)}</div>'


def _how_to_read(outcome: Outcome) -> str:
    terms = [
        ("找到", "Found", f"事件发生在标注的开始与结束之间，或结束后 {outcome.tolerance_s:g} 秒内；同一标注的第二个事件不重复计算。",
         f"An event between the labelled start and end, or up to {outcome.tolerance_s:g} s later. A second event for the same label counts once."),
        ("误报", "False alarm", "不属于任何标注的事件。", "An event that belongs to no label."),
        ("召回率", "Recall", "标注的事件中被找到的比例；区间按 Wilson 法。", "The share of labelled events that were found; Wilson's interval."),
        ("精确率", "Precision", "报出的事件中正确的比例。", "The share of stated events that were right."),
        ("每摄像机每天", "Per camera-day", "误报数除以全部录像的时长，再乘以 24 小时；区间按 Garwood 精确法。录像越短，区间越宽。",
         "False alarms over the length of all footage, times 24 hours; Garwood's exact interval. The less footage, the wider."),
        ("报警延迟", "Time to event", "从标注的开始到报警，单位为录像时间的秒；p95 表示 95 % 的事件不晚于此。",
         "From the labelled start to the event, in seconds of the footage; p95: 95 % of the events came no later."),
        ("人数误差", "Count error", "系统人数与标注人数之差：平均绝对误差（MAE）与平均偏差（正数表示多算）。",
         "Counted minus labelled: mean absolute error (MAE) and mean bias (above 0: too many)."),
    ]  # fmt: skip
    rows = "".join(
        f"<dt>{both(zh, en)}</dt><dd>{both(said_zh, said_en)}</dd>" for zh, en, said_zh, said_en in terms
    )
    return f"<h2>{both('如何阅读', 'How to read this')}</h2><div class='box'><dl>{rows}</dl></div>"
