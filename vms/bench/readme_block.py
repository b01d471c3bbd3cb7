"""A table of figures in a document, written by the command that measured them and by nobody else.

It stands between two comments of the document. The first names the command and carries a hash of what lies between, so
that a figure which somebody changed by hand is found by a test.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from vms.bench.errors import BlockMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One such table, as a document has it."""

    #: of the command: `vms bench NAME`
    name: str
    text: str
    #: as the document states it; empty where nothing was written yet
    digest: str

    @property
    def genuine(self) -> bool:
        """Whether it is as the command wrote it."""
        return self.digest == _digest(self.text)


def blocks_in(document: str) -> tuple[Block, ...]:
    return tuple(
        Block(name=found["name"], text=found["text"], digest=found["digest"] or "")
        for found in _pattern(r"[a-z]+").finditer(document)
    )


def check_block(document: Path, name: str) -> None:
    """Before half an hour of measuring. Raises: BlockMissing."""
    try:
        text = document.read_text("utf-8")
    except OSError as error:
        raise _missing(document, name) from error
    if len(_pattern(re.escape(name)).findall(text)) != 1:
        raise _missing(document, name)


def write_block(document: Path, name: str, text: str) -> None:
    """Put `text` (Markdown) between the two comments of `name`. Raises: BlockMissing."""
    check_block(document, name)
    text = text.strip("\n")
    block = f"{_begin(name, _digest(text))}\n{text}\n{_end(name)}"
    before = document.read_text("utf-8")
    document.write_text(_pattern(re.escape(name)).sub(lambda _found: block, before), "utf-8")


def _missing(document: Path, name: str) -> BlockMissing:
    return BlockMissing(path=document, begin=_begin(name, ""), end=_end(name))


def _begin(name: str, digest: str) -> str:
    return f"<!-- vms bench {name} --write: {digest or 'nothing yet'} -->"


def _end(name: str) -> str:
    return f"<!-- end of vms bench {name} -->"


def _pattern(name: str) -> re.Pattern[str]:
    """`name` is a pattern."""
    return re.compile(
        rf"<!-- vms bench (?P<name>{name}) --write: (?:(?P<digest>[0-9a-f]{{16}})|nothing yet) -->\n"
        r"(?P<text>.*?)\n?<!-- end of vms bench (?P=name) -->",
        re.DOTALL,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
