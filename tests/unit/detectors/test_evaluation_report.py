"""The report holds all there is to know, loads nothing, and lets no file name speak HTML."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from detectors.cause import Cause
from detectors.errors import ReportUnwritable
from detectors.evaluation import ClipScore, score_clip, score_events, score_occupancy
from detectors.event import EVENT_KINDS, Curve, Event, EventKind, ModelFact
from detectors.labels import CountLabel, EventLabel, LabelledClip, Labels
from detectors.measure_words import MARKS, MEASUREMENTS
from detectors.outcome import FalseAlarm, Miss, Outcome, Stated, SweepCurve, SweepPoint
from detectors.plots import Level, Line, dot_plot, interval_bar, line_chart, share_bar, ticks
from detectors.remembered import Cost
from detectors.report import page, write_report
from detectors.report_charts import charts
from tests.unit.detectors.figures import LIES, STANDS
from tests.unit.detectors.test_crowd import MEASURED, PLACE
from tests.unit.detectors.test_curves import crowd_findings, finding_of
from tests.unit.detectors.test_evaluation import event as event_at
from tests.unit.detectors.test_person_down import found_in

NASTY = '<script>alert("x")</script>&\'"'
JPEG = b"\xff\xd8\xff\xe0"
CURVES = (
    Curve(name="height", at_s=(1.0, 1.5, 2.0, 2.5), values=(1.0, None, 0.5, 0.25), limit=0.62),
    Curve(name="trunk_deg", at_s=(1.0, 2.5), values=(3.0, 88.0), limit=35.0),
    Curve(name=NASTY, at_s=(1.0, 2.0), values=(1.0, 2.0)),
    Curve(name="hips", at_s=(1.0, 2.0), values=(None, None), limit=0.42),
)


def event(at_s: float) -> Event:
    made_by = (ModelFact(name="movenet <b>", sha256="0123456789abcdef" * 4),)
    return replace(
        event_at(at_s),
        curves=CURVES,
        models=made_by,
        rule_version="fall-1",
        measurements={"height": 0.25, NASTY: 1.0},
    )


def clip(name: str, *, falls: list[tuple[float, float]], tags: dict[str, str] | None = None) -> LabelledClip:
    return LabelledClip(
        name=name,
        path=Path(name),
        line=2,
        events=tuple(EventLabel(line=2, kind="fall", start_s=a, end_s=b, tags={}) for a, b in falls),
        counts=(),
        tags=tags or {},
    )


def outcome(*clips: ClipScore, kinds: tuple[EventKind, ...] = ("fall",)) -> Outcome:
    causes = (Cause(en=f"because {NASTY}", zh=f"因为 {NASTY}"),)
    return Outcome(
        labels=Labels(path=Path(NASTY.replace("/", "")), about_events=bool(kinds), clips=()),
        made_at=datetime(2026, 3, 1, 8, 0, tzinfo=UTC),
        rules=frozenset({"fall"}),
        models=(ModelFact(name=NASTY, sha256="a" * 64),),
        tolerance_s=2.0,
        clips=clips,
        scores={kind: score_events(kind, clips) for kind in kinds},
        occupancy=score_occupancy(clips),
        misses=tuple(
            Miss(clip=score, answer=answer, causes=causes, strip=JPEG, curves=CURVES)
            for score in clips
            for answer in score.missed
        ),
        false_alarms=tuple(
            FalseAlarm(clip=score, event=told, strip=JPEG) for score in clips for told in score.false_alarms
        ),
        stated=tuple(
            Stated(clip=score, event=answer.event, answer=answer, strip=JPEG)
            for score in clips
            for answer in score.answers
            if answer.event
        ),
        curve=None,
        cost=Cost(cpu_s=2.0, wall_s=4.0, frames=100, media_s=12.5),
    )


def a_mixed_outcome() -> Outcome:
    return outcome(
        score_clip(
            clip("found.mp4", falls=[(2, 4)], tags={"light": "day"}), media_s=9.0, events=[event(3.5)]
        ),
        score_clip(clip("missed one.mp4", falls=[(2, 4)], tags={"light": "day"}), media_s=4.5, events=[]),
        score_clip(
            clip("missed two.mp4", falls=[(2, 4), (7, 8)], tags={"light": "夜"}), media_s=9.0, events=[]
        ),
        score_clip(clip("false.mp4", falls=[], tags={"light": "夜"}), media_s=9.0, events=[event(7.25)]),
        score_clip(clip(f"{NASTY}.mp4", falls=[], tags={NASTY: NASTY}), media_s=9.0, events=[event(1.0)]),
    )


class Tags(HTMLParser):
    """Which elements there are, with their attributes; and that each is closed in its turn."""

    VOID = frozenset({"meta", "br", "img", "input"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag


def cases_in(shown: str) -> list[str]:
    return re.findall(r'<section class="case.*?</section>', shown, re.DOTALL)


def test_every_event_and_every_miss_is_shown_with_its_strip_and_charts() -> None:
    shown = page(a_mixed_outcome())
    cases = cases_in(shown)
    assert len(cases) == 6
    assert [case.count("data:image/jpeg;base64,/9j/4A==") for case in cases] == [1] * 6
    assert [case.count("<svg") for case in cases] == [3] * 6, "a curve without a point draws nothing"
    assert [sum(name in case for case in cases) for name in ("missed one", "missed two", "false.mp4")] == [
        1,
        2,
        1,
    ]
    assert "漏报：3" in shown
    assert "误报：2" in shown
    (found,) = (case for case in cases if "found.mp4" in case)
    assert "找到" in found
    assert "+1.5 s" in found


def test_an_event_says_by_which_rule_and_network_it_was_stated() -> None:
    (found,) = (case for case in cases_in(page(a_mixed_outcome())) if "found.mp4" in case)
    assert "fall-1 · movenet &lt;b&gt; 01234567<" in found


def test_measurements_have_names_that_a_nurse_understands() -> None:
    (found,) = (case for case in cases_in(page(a_mixed_outcome())) if "found.mp4" in case)
    assert "身高占站立时的比例" in found
    assert "height as share of standing" in found
    assert "低于虚线：身体已放低" in found


def test_the_names_of_all_that_the_rules_measure_are_known() -> None:
    fall = finding_of([(0, STANDS), (2, STANDS), (2.5, LIES), (6, LIES)])
    crowds = [*crowd_findings(PLACE, [12] * 20), *crowd_findings(MEASURED, [16] * 20)]
    findings = [fall, *crowds, *found_in([(0, LIES), (25, LIES)])]
    assert {finding.kind for finding in findings} == set(EVENT_KINDS)
    assert {name for finding in findings for name in finding.measurements} <= MEASUREMENTS.keys()
    assert {
        curve.name for finding in findings for curve in finding.curves
    } <= MEASUREMENTS.keys() & MARKS.keys()


def test_a_chart_breaks_its_line_where_nothing_was_measured_and_bears_the_mark() -> None:
    drawn = charts(CURVES[:1], zero_s=2.5)
    svg = ElementTree.fromstring(re.findall(r"<svg.*?</svg>", drawn)[0])
    lines = list(svg.iter("polyline"))
    assert [len((line.get("points") or "").split()) for line in lines] == [1, 2]
    (mark,) = (line for line in svg.iter("line") if line.get("class") == "mark")
    low, high = (float(line.get("points", "").split()[-1].split(",")[1]) for line in (lines[1], lines[0]))
    assert high < float(mark.get("y1", "")) < low, "from above the mark to below it"
    assert {"-1.5", "0"} <= {text.text for text in svg.iter("text")}
    assert charts((), zero_s=0.0) == ""
    lost = ElementTree.fromstring(re.findall(r"<svg.*?</svg>", charts(CURVES[1:2], zero_s=5.5))[0])
    (line,) = lost.iter("polyline")
    assert float(line.get("points", "").split()[-1].split(",")[0]) < 200, "it ends before the event"


def test_nothing_from_a_file_becomes_html() -> None:
    shown = page(a_mixed_outcome())
    elements = {tag for tag, _ in Tags(shown).found}
    assert "script" not in elements
    assert shown.count("&lt;script&gt;") >= 6
    assert NASTY not in shown


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    shown = page(a_mixed_outcome())
    for tag, attributes in Tags(shown).found:
        assert tag not in {"link", "iframe", "object", "embed", "base", "form", "a"}
        assert not any(name.startswith("on") for name in attributes)
        assert (attributes.get("src") or "data:").startswith("data:")
    assert "default-src 'none'" in shown
    assert "http://" not in shown
    assert "https://" not in shown
    assert "url(" not in shown


def test_it_says_in_both_languages_that_it_is_no_field_trial() -> None:
    shown = page(a_mixed_outcome())
    assert "这不是现场试验" in shown
    assert "This is not a field trial" in shown
    assert shown.count('lang="zh"') == shown.count('lang="en"')


def test_a_clip_that_ends_early_says_so() -> None:
    assert "片段在标注开始后 2.5 秒即结束" in page(a_mixed_outcome())


def test_the_figures_are_there() -> None:
    shown = page(a_mixed_outcome())
    for figure in ("25 %", "1 / 4", "33.3 %", "20.0 毫秒", "3.1 倍"):
        assert figure in shown, figure


def test_counts_and_a_sweep_are_drawn() -> None:
    counted = LabelledClip(
        name="c.mp4", path=Path("c.mp4"), line=2, events=(), tags={},
        counts=(CountLabel(line=2, time_s=1.0, count=3), CountLabel(line=3, time_s=2.0, count=4)),
    )  # fmt: skip
    score = score_clip(counted, media_s=9.0, events=[], counts=[(0.5, 3.0), (1.5, 5.0)])
    result = outcome(score, kinds=())
    points = tuple(
        SweepPoint(value=value, score=None, occupancy=result.occupancy) for value in (0.5, 1.0, 1.5)
    )
    shown = page(replace(result, curve=SweepCurve(key="crowd.window_s", present=1.0, points=points)))
    Tags(shown)
    assert "0.50" in shown
    assert "crowd.window_s" in shown
    assert "误报：" not in shown


def test_nothing_at_all_is_a_page_too() -> None:
    empty = replace(outcome(kinds=()), cost=None)
    Tags(page(empty))


def test_a_report_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportUnwritable, match="--report"):
        write_report(outcome(kinds=()), tmp_path / "none" / "r.html")


def test_plots_are_well_formed_whatever_they_are_given() -> None:
    plots = [
        line_chart([Line(points=[], ink="blue", label=NASTY)], x_label=NASTY, y_label=NASTY, y=(0, 0)),
        line_chart(
            [Line(points=[(1.0, 2.0)], ink="bad", steps=True)],
            x_label="x",
            y_label="y",
            y=(0, 5),
            levels=[Level(at=3.0)],
            title=NASTY,
        ),
        dot_plot([], x_label="x"),
        dot_plot([0.0] * 300, x_label="x"),
        interval_bar(0.0, 0.0, 0.0, of=0.0, ink="bad"),
        share_bar(1.5, "good"),
    ]
    for plot in plots:
        ElementTree.fromstring(plot)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.0, 0.0, [0.0]),
        (0.9, 38.9, [10.0, 20.0, 30.0]),
        (0.0, 1e-3, [0.0, 0.0002, 0.0004, 0.0006, 0.0008, 0.001]),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high, most=5) == pytest.approx(expected)
