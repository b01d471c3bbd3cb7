"""Whether a chain of audit lines is as it was written: which line was changed, removed, put in or moved. No I/O."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from runtime.chain import BEGINNING, Digest, link
from streams.segment import iso
from vms.audit.entry import AuditLine

Wrong = Literal[
    "signed_head", "removed", "changed", "columns", "cut_off", "head", "register_missing", "register_added"
]

#: faults that are named; more are only counted
_MOST_NAMED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    wrong: Wrong
    #: the line it is about; 0: the register has what no line tells of
    seq: int
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    lines: int
    faults: tuple[Fault, ...]
    #: faults in all
    count: int

    @property
    def sound(self) -> bool:
        return self.count == 0

    def with_more(self, faults: Sequence[Fault]) -> "Verification":
        named = (*self.faults, *faults)[:_MOST_NAMED]
        return Verification(lines=self.lines, faults=named, count=self.count + len(faults))


async def verify(
    lines: AsyncIterator[AuditLine], *, head: tuple[int, Digest], signed: Mapping[int, Digest] | None = None
) -> Verification:
    """`lines` in the order of their numbers; `head`: number and link of the last line that was written; `signed`: the links that
    stood at some numbers when they were signed."""
    signed = signed or {}
    faults: list[Fault] = []
    count = read = 0

    def found(wrong: Wrong, seq: int, en: str, zh: str) -> None:
        nonlocal count
        count += 1
        if len(faults) < _MOST_NAMED:
            faults.append(Fault(wrong=wrong, seq=seq, en=en, zh=zh))

    seq, last = 0, BEGINNING
    async for line in lines:
        read += 1
        if line.seq != seq + 1:
            missing = f"{seq + 1}" if line.seq == seq + 2 else f"{seq + 1} to {line.seq - 1}"
            found("removed", seq + 1, f"line {missing} is missing", f"缺少第 {missing} 条记录")
        elif line.link != link(last, line.statement):
            found(
                "changed",
                line.seq,
                f"line {line.seq} does not follow from the one before it: it was changed, put in or moved",
                f"第 {line.seq} 条记录与前一条不相连：被修改、插入或调换",
            )
        if signed.get(line.seq, line.link) != line.link:
            found(
                "signed_head",
                line.seq,
                f"line {line.seq} is not the one whose link was signed: lines up to it were written anew",
                f"第 {line.seq} 条记录与已签名的链头不符：此前记录被重写",
            )
        for name in _unlike(line):
            found(
                "columns",
                line.seq,
                f"line {line.seq}: its {name} is not what its statement says",
                f"第 {line.seq} 条记录的 {name} 与其内容不符",
            )
        seq, last = line.seq, line.link
    if seq < head[0]:
        found(
            "cut_off",
            seq + 1,
            f"lines {seq + 1} to {head[0]} are missing from the end",
            f"末尾缺少第 {seq + 1} 至 {head[0]} 条记录",
        )
    elif (seq, last) != head:
        found("head", seq, "the last line is not the one that was written last", "最后一条记录与链头不符")
    return Verification(lines=read, faults=tuple(faults), count=count)


def _unlike(line: AuditLine) -> list[str]:
    """What beside the statement says something else than it."""
    try:
        said = json.loads(line.statement)
        told = {
            "seq": said["seq"],
            "at": said["at"],
            "cameras": said["cameras"],
            "units": said["units"],
            "author": said["author"],
            "act": said["act"],
        }
    except (ValueError, KeyError, TypeError):
        return ["statement"]
    beside = {
        "seq": line.seq,
        "at": iso(line.at),
        "cameras": list(line.camera_ids),
        "units": list(line.unit_ids),
        "author": line.author,
        "act": line.act,
    }
    return [name for name, value in beside.items() if told[name] != value]
