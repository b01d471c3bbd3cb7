"""The report's figures: what it comes to in a sentence, the cards, the plots, the cost."""

from html import escape

from detectors.evaluation import DAY_S, HOUR_S, EventScore, OccupancyScore
from detectors.intervals import Interval
from detectors.outcome import Outcome, SweepCurve
from detectors.plots import Line, Mark, dot_plot, interval_bar, line_chart
from detectors.report_words import KINDS, both, figure, kind_of, share


def statement(outcome: Outcome) -> str:
    """What it comes to, for who reads one sentence."""
    said = [_said(score) for score in outcome.scores.values() if score.labelled or score.media_s]
    if outcome.occupancy:
        said.append(_said_of_counts(outcome.occupancy))
    return f'<div class="said plain">{"".join(said)}</div>'


def cards(outcome: Outcome) -> str:
    parts = [card for score in outcome.scores.values() for card in _event_cards(score)]
    if outcome.occupancy:
        parts += _count_cards(outcome.occupancy)
    return f'<h2>{both("主要数字", "Main figures")}</h2><div class="cards">{"".join(parts)}</div>'


def plots_section(outcome: Outcome) -> str:
    plots = [_delays(score) for score in outcome.scores.values() if score.delays_s]
    if outcome.curve:
        plots += _curve(outcome.curve)
    plots += _counts(outcome)
    if not plots:
        return ""
    boxes = "".join(f'<div class="box">{plot}</div>' for plot in plots)
    return f'<h2>{both("图表", "Plots")}</h2><div class="plots">{boxes}</div>'


def cost_section(outcome: Outcome) -> str:
    cost = outcome.cost
    heading = f"<h2>{both('开销', 'Cost')}</h2>"
    if cost is None or not cost.frames or not cost.wall_s:
        zh = "本次未测得：模型的结果来自缓存。"
        return heading + f"<p>{both(zh, 'Not measured: the answers of the networks were remembered.')}</p>"
    ms, factor = 1000 * cost.cpu_s / cost.frames, cost.media_s / cost.wall_s
    zh = (
        f"每个分析帧占用 CPU {ms:.1f} 毫秒，速度为实时的 {factor:.1f} 倍；"
        f"在模型实际运行的 {cost.frames:,} 帧上测得，当时机器上的其他负载也会影响结果。"
    )
    en = (
        f"{ms:.1f} ms of CPU per analysed frame, {factor:.1f} times real time;"
        f" measured over {cost.frames:,} frames when the networks ran. What else the machine did then shows in it."
    )
    return heading + f"<p>{both(zh, en)}</p>"


def _said(score: EventScore) -> str:
    zh_kind, en_kind = KINDS[score.kind]
    interval = score.rate_interval(DAY_S)
    high = figure(interval.high if interval else None, 0)
    zh = f"标注的 {score.labelled} 次{zh_kind}找到 {score.found} 次；{score.media_s / 60:.1f} 分钟录像中误报 {score.false_alarms} 次。"
    zh += f"录像这么短，真实误报率仍可能高达每摄像机每天 {high} 次。"
    en = f"Of {score.labelled} labelled events ({en_kind}) {score.found} were found; {score.false_alarms} false alarms in {score.media_s / 60:.1f} minutes of footage."
    en += f" With so little footage the true rate may still be as high as {high} a camera-day."
    return f"<p>{both(zh, en)}</p>"


def _said_of_counts(score: OccupancyScore) -> str:
    zh = f"在 {score.frames} 个时刻，系统人数与标注平均相差 {score.mae:.2f} 人，平均偏差 {score.bias:+.2f} 人。"
    en = f"At {score.frames} instants the count was off by {score.mae:.2f} persons on average; bias {score.bias:+.2f}."
    return f"<p>{both(zh, en)}</p>"


def _event_cards(score: EventScore) -> list[str]:
    recall, rate = score.recall_interval, score.rate_interval(DAY_S)
    of = max(1.0, rate.high) if rate else 1.0
    day, hour = score.rate(DAY_S), score.rate(HOUR_S)
    return [
        _card(
            f"{kind_of(score.kind)} · {both('召回率', 'recall')}",
            f"{share(score.recall)}<small>{score.found} / {score.labelled}</small>",
            interval_bar(score.recall or 0.0, recall.low, recall.high, of=1.0, ink="good") if recall else "",
            _between(recall, percent=True),
        ),
        _card(
            f"{kind_of(score.kind)} · {both('精确率', 'precision')}",
            f"{share(score.precision)}",
            "",
            both(
                f"报出 {score.found + score.false_alarms} 次，其中误报 {score.false_alarms} 次",
                f"{score.found + score.false_alarms} stated, {score.false_alarms} of them false",
            ),
        ),
        _card(
            f"{kind_of(score.kind)} · {both('误报，每摄像机每天', 'false alarms a camera-day')}",
            f"{figure(day)}<small>{figure(hour, 2)} / h</small>",
            interval_bar(day or 0.0, rate.low, rate.high, of=of, ink="bad") if rate else "",
            _between(rate) + both(f"，依据 {score.hours:.3f} 小时", f", resting on {score.hours:.3f} h"),
        ),
        _card(
            f"{kind_of(score.kind)} · {both('报警延迟', 'time to event')}",
            f"{figure(score.delay_s(0.5))} s<small>p95 {figure(score.delay_s(0.95))} s</small>",
            "",
            both("从标注的开始算起；中位数与 p95", "from the labelled start; median and p95"),
        ),
    ]


def _count_cards(score: OccupancyScore) -> list[str]:
    return [
        _card(
            both("人数平均绝对误差", "count MAE"),
            f"{score.mae:.2f}",
            "",
            both(f"{score.frames} 个时刻", f"{score.frames} instants"),
        ),
        _card(
            both("人数偏差", "count bias"),
            f"{score.bias:+.2f}",
            "",
            both("正数表示多算", "above 0: too many are counted"),
        ),
    ]


def _card(name: str, value: str, bar: str, under: str) -> str:
    return (
        f'<div class="card inline"><div class="name">{name}</div><div class="figure">{value}</div>'
        f'{bar}<div class="under">{under}</div></div>'
    )


def _between(interval: Interval | None, *, percent: bool = False) -> str:
    if interval is None:
        return both("没有区间", "no interval")
    low, high = (
        (share(interval.low), share(interval.high))
        if percent
        else (figure(interval.low), figure(interval.high))
    )
    return f"95 %: {low} – {high}"


def _delays(score: EventScore) -> str:
    marks = [
        Mark(at=delay, label=name)
        for name, delay in (("p50", score.delay_s(0.5)), ("p95", score.delay_s(0.95)))
        if delay is not None
    ]
    return f"<h3>{kind_of(score.kind)} · {both('报警延迟的分布', 'Time to event')}</h3>" + dot_plot(
        score.delays_s, x_label="标注开始后的秒数 seconds after the labelled start", marks=marks
    )


def _curve(curve: SweepCurve) -> list[str]:
    present = [Mark(at=curve.present, label=f"现值 now {curve.present:g}")]
    scores = [(point.value, point.score) for point in curve.points if point.score]
    plots = []
    if scores:
        recall = [(value, score.recall) for value, score in scores if score.recall is not None]
        false_alarms = [(value, float(score.false_alarms)) for value, score in scores]
        most = max([1.0, *(number for _, number in false_alarms)])
        plots = [
            f"<h3>{both('召回率随阈值的变化', 'Recall against the threshold')}</h3>"
            + line_chart(
                [Line(points=recall, ink="good")],
                x_label=curve.key, y_label="召回率 recall", y=(0.0, 1.0), marks=present,
            ),
            f"<h3>{both('误报随阈值的变化', 'False alarms against the threshold')}</h3>"
            + line_chart(
                [Line(points=false_alarms, ink="bad")],
                x_label=curve.key, y_label="误报 false alarms", y=(0.0, most), marks=present,
            ),
            f"<h3>{both('召回率与误报', 'Recall against false alarms')}</h3>"
            + line_chart(
                [Line(points=[(float(s.false_alarms), s.recall) for _, s in scores if s.recall is not None], ink="blue")],
                x_label="误报 false alarms", y_label="召回率 recall", x=(0.0, most), y=(0.0, 1.0),
            ),
        ]  # fmt: skip
    errors = [(point.value, point.occupancy.mae) for point in curve.points if point.occupancy]
    if errors:
        plots.append(
            f"<h3>{both('人数误差随阈值的变化', 'Count error against the threshold')}</h3>"
            + line_chart(
                [Line(points=errors, ink="blue")],
                x_label=curve.key,
                y_label="MAE",
                y=(0.0, max(error for _, error in errors) * 1.1 or 1.0),
                marks=present,
            )
        )
    return plots


def _counts(outcome: Outcome) -> list[str]:
    plots = []
    for score in outcome.clips:
        if not score.counted:
            continue
        labelled = [(counted.label.time_s, float(counted.label.count)) for counted in score.counted]
        told = [(counted.label.time_s, counted.count) for counted in score.counted]
        most = max(value for _, value in labelled + told)
        plots.append(
            f"<h3>{both('人数', 'Persons')} · {escape(score.clip.name)}</h3>"
            + line_chart(
                [
                    Line(points=labelled, ink="grey", label="标注 labelled", steps=True, dots=False),
                    Line(points=told, ink="blue", label="系统 counted"),
                ],
                x_label="秒 s",
                y_label="人 persons",
                y=(0.0, most + 1),
            )
        )
    return plots
