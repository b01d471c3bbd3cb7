"""The columns of a sheet as a table: their headings in both languages, and how a cell becomes a value and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from detectors.event import EventKind
from detectors.zones import Zone
from streams.mask import Polygon
from vms.cameras.configuration import ANALYSED, RECORDED
from vms.cameras.drawn import masks_text, parse_masks, parse_zones, zones_text
from vms.cameras.errors import ProfileChoiceUnknown
from vms.cameras.place import CATEGORIES_ZH, KINDS, parse_place_category, parse_place_kind
from vms.cameras.rule_hours import (
    NONE_WORDS,
    RULE_WORDS,
    RULES_ZH,
    RuleHours,
    parse_rule_hours,
    rule_hours_text,
)
from vms.cameras.sheets.errors import (
    CellNotADate,
    CellNotANumber,
    CellNotRules,
    CellNotYesOrNo,
)

Value = (
    str
    | int
    | float
    | bool
    | date
    | frozenset[EventKind]
    | RuleHours
    | tuple[Zone, ...]
    | tuple[Polygon, ...]
    | None
)
#: from the text of a cell that is not empty; raises VmsError
Parse = Callable[[str], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    #: of the value, and the English heading
    name: str
    #: Chinese headings, the first is written
    zh: tuple[str, ...]
    parse: Parse
    #: what an empty cell means; `KEEP`: what is there stays, and a new camera has the default
    empty: Value | object


#: an empty cell changes nothing
KEEP: Final = object()

_YES: Final = frozenset({"是", "yes", "y", "true", "1", "√", "有"})
_NO: Final = frozenset({"否", "no", "n", "false", "0", "×", "无"})
_PROFILES: Final[Mapping[str, str]] = {"主码流": "main", "子码流": "sub", "主子码流": "both", "自动": "auto"}
_DATE_SEPARATORS: Final = str.maketrans({"/": "-", ".": "-", "年": "-", "月": "-", "日": ""})


def parse_text(text: str) -> str:
    return text


def parse_yes_or_no(text: str) -> bool:
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellNotYesOrNo(text=text[:40])


def parse_degrees(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise CellNotANumber(text=text[:40]) from None


def parse_whole(text: str) -> int:
    number = parse_degrees(text)
    if not number.is_integer() or abs(number) > 1e9:
        raise CellNotANumber(text=text[:40])
    return int(number)


def parse_date(text: str) -> date:
    parts = text.translate(_DATE_SEPARATORS).partition(" ")[0].partition("T")[0].split("-")
    try:
        year, month, day = (int(part) for part in parts)
        if year < 1900:
            raise ValueError
        return date(year, month, day)
    except ValueError:
        raise CellNotADate(text=text[:40]) from None


def parse_rules(text: str) -> frozenset[EventKind]:
    words = text.lower().replace("；", ";").replace("、", ";").replace(",", ";").split(";")
    words = [word.strip() for word in words if word.strip()]
    if len(words) == 1 and words[0] in NONE_WORDS:
        return frozenset()
    if not words or not RULE_WORDS.keys() >= set(words):
        raise CellNotRules(text=text[:40])
    return frozenset(RULE_WORDS[word] for word in words)


def _parse_profile(known: Sequence[str]) -> Parse:
    def parse(text: str) -> str:
        word = _PROFILES.get(text, text.lower())
        if word not in known:
            raise ProfileChoiceUnknown(text=text[:40], known=", ".join(known))
        return word

    return parse


def _column(name: str, *zh: str, parse: Parse = parse_text, empty: Value | object = "") -> Column:
    return Column(name=name, zh=zh, parse=parse, empty=empty)


COLUMNS: Final = (
    _column("code", "国标编码", "国标编号", "编码", empty=None),
    _column("name", "名称", "摄像机名称"),
    _column("unit", "辖区", "所属辖区", empty=KEEP),
    _column("main_url", "主码流地址", "主码流"),
    _column("sub_url", "子码流地址", "子码流", empty=None),
    _column("username", "账号", "用户名"),
    _column("password", "密码", empty=KEEP),
    _column("enabled", "启用", "是否启用", parse=parse_yes_or_no, empty=KEEP),
    _column("rules", "规则", parse=parse_rules, empty=KEEP),
    _column("hours", "规则时段", parse=parse_rule_hours, empty=KEEP),
    _column("recorded", "录像码流", parse=_parse_profile(RECORDED), empty=KEEP),
    _column("analysed", "分析码流", parse=_parse_profile(ANALYSED), empty=KEEP),
    _column("zones", "区域", parse=parse_zones, empty=KEEP),
    _column("masks", "隐私遮挡", parse=parse_masks, empty=KEEP),
    _column("address", "设备地址"),
    _column("onvif_port", "设备端口", parse=parse_whole, empty=None),
    _column("make", "厂商", "品牌"),
    _column("model", "型号"),
    _column("serial", "序列号"),
    _column("place", "安装位置", "安装地点"),
    _column("place_kind", "场所类型", parse=parse_place_kind, empty=None),
    _column("place_category", "场所类别", parse=parse_place_category, empty=KEEP),
    _column("purpose", "用途"),
    _column("sign_confirmed", "标识已设置", "提示标识", parse=parse_yes_or_no, empty=KEEP),
    _column("filing_number", "备案编号", "备案号"),
    _column("filed_on", "备案日期", parse=parse_date, empty=None),
    _column("longitude", "经度", parse=parse_degrees, empty=None),
    _column("latitude", "纬度", parse=parse_degrees, empty=None),
    _column("retention_days", "保存天数", "录像保存天数", parse=parse_whole, empty=KEEP),
)
#: without these columns a sheet is not read
REQUIRED: Final = ("name", "unit", "main_url")

BY_HEADING: Final = {heading: column for column in COLUMNS for heading in (column.name, *column.zh)}


def heading_key(text: str) -> str:
    """`Main URL` is `main_url`."""
    return "_".join(text.replace("\ufeff", "").strip().lower().replace("_", " ").split())


def heading(column: Column, *, chinese: bool) -> str:
    return column.zh[0] if chinese else column.name


_WORDS_ZH: Final[Mapping[str, Mapping[str, str]]] = {
    "place_kind": {kind.code: kind.zh for kind in KINDS},
    "place_category": {code: word for word, code in CATEGORIES_ZH.items()},
    "recorded": {code: word for word, code in _PROFILES.items()},
    "analysed": {code: word for word, code in _PROFILES.items()},
}


def written(name: str, value: object, *, chinese: bool) -> str | float | int:
    """What stands in a cell for a value; reading it back gives the value. Figures stay figures."""
    if value is None:
        return ""
    if name == "hours":
        return rule_hours_text(cast(RuleHours, value), chinese=chinese)
    if name == "zones":
        return zones_text(cast(tuple[Zone, ...], value))
    if name == "masks":
        return masks_text(cast(tuple[Polygon, ...], value))
    if isinstance(value, bool):
        return ("是" if value else "否") if chinese else ("yes" if value else "no")
    if isinstance(value, int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        rules = [zh if chinese else rule for rule, zh in RULES_ZH.items() if rule in value]
        return ";".join(rules) or ("无" if chinese else "none")
    words = _WORDS_ZH.get(name, {}) if chinese else {}
    return words.get(str(value), str(value))
