"""Kinds and categories of places, in both languages, and the kinds in which no camera may stand.

State Council Decree 799 (公共安全视频图像信息系统管理条例), in force since 2025-04-01: article 8 names the forbidden places,
articles 7 and 9 whose duty a camera is, article 14 by when it is filed, article 17 how long recordings are kept. The kind of
place is what the camera looks at, stated by whoever registers it; words in a name only make the question necessary, they do
not answer it.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from vms.cameras.errors import PlaceCategoryUnknown, PlaceForbidden, PlaceKindNeeded, PlaceKindUnknown

#: article 7; article 9; neither
PlaceCategory = Literal["public_security", "other_public", "private"]
CATEGORIES: Final[tuple[PlaceCategory, ...]] = get_args(PlaceCategory)
CATEGORIES_ZH: Final[dict[str, PlaceCategory]] = {
    "重点公共场所": "public_security",
    "其他公共场所": "other_public",
    "非公共场所": "private",
}

#: of the filing with the county police, article 14: not filed yet, and not filed though the time for it is over
Filing = Literal["missing", "overdue"]
#: days from the beginning of use, which is the registration here; private places need none
FILING_DAYS: Final = 30

#: days; article 17
RETENTION_FLOOR: Final[dict[PlaceCategory, int]] = {"public_security": 30, "other_public": 1, "private": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceKind:
    code: str
    zh: str
    #: other words for it
    words: tuple[str, ...] = ()
    forbidden: bool = False


def _allowed(code: str, zh: str, *words: str) -> PlaceKind:
    return PlaceKind(code=code, zh=zh, words=words)


def _forbidden(code: str, zh: str, *words: str) -> PlaceKind:
    return PlaceKind(code=code, zh=zh, words=words, forbidden=True)


KINDS: Final = (
    _allowed("road", "道路", "街道", "巷道", "路段"),
    _allowed("crossing", "路口", "交叉口"),
    _allowed("bridge", "桥梁", "桥梁隧道"),
    _allowed("square", "广场"),
    _allowed("park", "公园", "绿地"),
    _allowed("waterside", "水域岸线", "河岸", "湖岸"),
    _allowed("market", "市场", "农贸市场", "商场"),
    _allowed("station", "车站", "交通枢纽", "公交站", "地铁站"),
    _allowed("parking", "停车场"),
    _allowed("school_gate", "校门", "学校周边"),
    _allowed("hospital", "医院公共区域"),
    _allowed("gate", "出入口", "小区出入口"),
    _allowed("residential", "小区公共区域", "楼栋公共区域"),
    _allowed("corridor", "走廊", "楼道", "电梯厅"),
    _allowed("shop", "商铺", "营业厅"),
    _allowed("office", "办公场所公共区域"),
    _allowed("industrial", "厂区", "工地"),
    _allowed("scenic", "景区"),
    _allowed("high_point", "制高点"),
    _allowed("other", "其他"),
    _forbidden("hotel_room", "旅馆客房", "客房", "酒店客房", "宾馆客房", "hotel room", "guest room"),
    _forbidden("private_dining_room", "包间", "餐饮包间", "包厢", "雅间", "private dining room"),
    _forbidden("dormitory", "宿舍", "学生宿舍", "员工宿舍", "集体宿舍", "寝室", "dormitories"),
    _forbidden(
        "public_bath",
        "公共浴室",
        "浴室",
        "澡堂",
        "淋浴间",
        "洗浴",
        "桑拿",
        "public bath",
        "shower room",
        "sauna",
    ),
    _forbidden(
        "toilet", "卫生间", "厕所", "公厕", "洗手间", "盥洗室", "toilets", "restroom", "washroom", "lavatory"
    ),
    _forbidden("changing_room", "更衣室", "更衣间", "换衣间", "changing room", "locker room"),
    _forbidden("nursing_room", "哺乳室", "母婴室", "哺乳间", "nursing room", "mother and baby room"),
    _forbidden("fitting_room", "试衣间", "试衣室", "fitting room"),
)

_BY_WORD: Final = {
    word: kind for kind in KINDS for word in (kind.code, kind.zh, kind.code.replace("_", " "), *kind.words)
}
ALLOWED: Final = tuple(kind for kind in KINDS if not kind.forbidden)
#: the longest first, so that the message names the most telling one
_FORBIDDEN_WORDS: Final = sorted(
    (word for word, kind in _BY_WORD.items() if kind.forbidden), key=lambda word: (-len(word), word)
)


def parse_place_kind(text: str) -> str | None:
    """The code of a kind of place, from its code or a word in either language. Raises: PlaceForbidden, PlaceKindUnknown."""
    word = text.strip().lower()
    if not word:
        return None
    kind = _BY_WORD.get(word)
    if kind is None:
        known = ", ".join(f"{each.code} {each.zh}" for each in ALLOWED)
        raise PlaceKindUnknown(kind=text.strip()[:60], known=known)
    if kind.forbidden:
        raise PlaceForbidden(kind=text.strip())
    return kind.code


def parse_place_category(text: str) -> PlaceCategory:
    """Raises: PlaceCategoryUnknown."""
    word = text.strip()
    for category in CATEGORIES:
        if word.lower() == category:
            return category
    if word in CATEGORIES_ZH:
        return CATEGORIES_ZH[word]
    known = ", ".join(f"{code} {zh}" for zh, code in CATEGORIES_ZH.items())
    raise PlaceCategoryUnknown(category=word[:60], known=known)


def question_of(text: str) -> PlaceKindNeeded | None:
    """Whether words about a camera speak of a forbidden place, so that its kind of place must be stated."""
    lower = text.lower()
    for word in _FORBIDDEN_WORDS:
        if word in lower:
            return PlaceKindNeeded(text=text[:80], word=word)
    return None
