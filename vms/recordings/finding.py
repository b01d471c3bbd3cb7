"""What is wrong with a recording, in a word for programs and a sentence for people."""

from dataclasses import dataclass
from typing import Final, Literal

Wrong = Literal[
    "missing",
    "extra",
    "size",
    "content",
    "unreadable",
    "overlap",
    "chain_broken",
    "chain_hole",
    "chain_head",
    "signed_head",
    "part",
]

#: English and Chinese
WORDS: Final[dict[Wrong, tuple[str, str]]] = {
    "missing": ("the file is missing", "文件缺失"),
    "extra": ("the file has no row", "文件没有登记"),
    "size": ("the file is not as long as it was", "文件长度与登记不符"),
    "content": ("the content is not what was recorded", "文件内容与录制时不符"),
    "unreadable": ("the file cannot be read", "文件无法读取"),
    "overlap": ("it overlaps the file before it", "与前一文件时间重叠"),
    "chain_broken": (
        "it does not follow from the one before it: it was changed, replaced, put in or moved",
        "与前一段不相连：被修改、替换、插入或调换",
    ),
    "chain_hole": (
        "rows before it were removed, and no deletion was written down",
        "之前的登记被移除且无删除记录",
    ),
    "chain_head": (
        "the chain does not end where it was left: rows were removed from its end",
        "链尾与记录不符：末尾登记被移除",
    ),
    "signed_head": (
        "the chain is not the one whose head was signed: it was written anew",
        "链与已签名的链头不符：整条链被重写",
    ),
    "part": ("an unfinished file lies there; the next start recovers it", "存在未完成文件，下次启动时恢复"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    wrong: Wrong
    camera_id: int
    profile: str
    #: below the volume's folder
    path: str
    #: put right by a repair
    repaired: bool = False

    def words(self, language: str) -> str:
        en, zh = WORDS[self.wrong]
        return zh if language == "zh" else en

    def as_json(self) -> dict[str, object]:
        en, zh = WORDS[self.wrong]
        return {
            "wrong": self.wrong,
            "camera_id": self.camera_id,
            "profile": self.profile,
            "path": self.path,
            "repaired": self.repaired,
            "message": {"en": en, "zh": zh},
        }
