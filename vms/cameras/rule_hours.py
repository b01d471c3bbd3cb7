"""The hours of a camera's rules as people write them: `crowd 07:00-22:00; fall mon-fri 22:00-06:00`. No I/O.

Hours that come before any rule, or after `all`, are those of every rule. The Chinese words for rules are read too.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from detectors.event import EVENT_KINDS, EventKind
from detectors.hours import Hours, tokens_of
from vms.cameras.errors import RuleHoursUnreadable

RuleHours = Mapping[EventKind, Hours]

RULE_WORDS: Final[Mapping[str, EventKind]] = {
    "fall": "fall",
    "跌倒": "fall",
    "person_down": "person_down",
    "倒卧": "person_down",
    "crowd": "crowd",
    "过密": "crowd",
}
RULES_ZH: Final[Mapping[EventKind, str]] = {"fall": "跌倒", "person_down": "倒卧", "crowd": "过密"}
_ALL: Final = frozenset({"all", "全部"})
NONE_WORDS: Final = frozenset({"none", "无"})


def parse_rule_hours(text: str) -> RuleHours:
    """Raises: RuleHoursUnreadable, HoursUnreadable."""
    return {} if not text or text in NONE_WORDS else dict(_parsed(text))


@lru_cache(maxsize=256)
def _parsed(text: str) -> tuple[tuple[EventKind, Hours], ...]:
    sections: list[tuple[tuple[EventKind, ...], list[str]]] = []
    for token in tokens_of(text):
        word = token.rstrip(":")
        if word in RULE_WORDS:
            sections.append(((RULE_WORDS[word],), []))
        elif word in _ALL:
            sections.append((EVENT_KINDS, []))
        elif sections:
            sections[-1][1].append(token)
        else:
            sections.append((EVENT_KINDS, [token]))
    found: dict[EventKind, Hours] = {}
    for kinds, tokens in sections:
        if not tokens or found.keys() & set(kinds):
            raise RuleHoursUnreadable(text=text[:80])
        found |= dict.fromkeys(kinds, Hours.parse(" ".join(tokens)))
    if not found:
        raise RuleHoursUnreadable(text=text[:80])
    return tuple((kind, found[kind]) for kind in EVENT_KINDS if kind in found)


def rule_hours_text(hours: RuleHours, *, chinese: bool = False) -> str:
    """What `parse_rule_hours` reads; empty for none."""
    if len(hours) == len(EVENT_KINDS) and len(set(hours.values())) == 1:
        return f"{'全部' if chinese else 'all'} {next(iter(hours.values()))}"
    return "; ".join(
        f"{RULES_ZH[kind] if chinese else kind} {hours[kind]}" for kind in EVENT_KINDS if kind in hours
    )
