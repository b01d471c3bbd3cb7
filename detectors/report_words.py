"""Both languages of the report, side by side; the page shows one or both. Also its words for figures."""

from html import escape

from detectors.event import EventKind
from detectors.measure_words import measure_words

KINDS: dict[EventKind, tuple[str, str]] = {
    "fall": ("跌倒", "fall"),
    "person_down": ("人员倒卧", "person lying"),
    "crowd": ("人群过密", "crowd"),
}


def both(zh: str, en: str) -> str:
    """Texts, escaped, Chinese first."""
    return f'<span lang="zh">{escape(zh)}</span> <span lang="en">{escape(en)}</span>'


def kind_of(kind: EventKind) -> str:
    return both(*KINDS.get(kind, (kind, kind)))


def measure_name(name: str) -> str:
    return both(*measure_words(name))


def share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %".replace(".0 %", " %")


def figure(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else f"{value:,.{digits}f}"
