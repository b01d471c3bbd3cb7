"""The chain through a camera's recordings as arithmetic. No clock, no I/O."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from runtime.chain import Digest, link
from streams.segment import ChainedSegment
from vms.recordings.finding import Finding, Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """Segments that were deleted, and that was written down: the chain goes across from one link to the other."""

    last_seq: int
    before_link: Digest
    after_link: Digest


def chain_findings(
    camera_id: int,
    profile: str,
    segments: Sequence[ChainedSegment],
    bridges: Mapping[int, Bridge],
    *,
    follows: tuple[int, Digest],
    head: tuple[int, Digest] | None,
) -> Iterator[Finding]:
    """`segments` by their place; `bridges` by the place of the first that was deleted; `follows`: the place and link before the
    first; `head`: where the chain ends, where its end is to be looked at."""
    seq, last = follows
    for each in segments:
        seq, last = _across(seq, last, bridges, each.seq)
        if each.seq != seq + 1:
            yield _finding("chain_hole", each)
        elif each.link != link(last, each.segment.statement(each.seq)):
            yield _finding("chain_broken", each)
        seq, last = each.seq, each.link
    if head is not None:
        seq, last = _across(seq, last, bridges, head[0] + 1)
        if (seq, last) != head:
            path = segments[-1].segment.path if segments else ""
            yield Finding(wrong="chain_head", camera_id=camera_id, profile=profile, path=path)


def signed_findings(
    segments: Sequence[ChainedSegment], bridges: Mapping[int, Bridge], signed: Mapping[int, Digest]
) -> Iterator[Finding]:
    """`signed`: the link that stood at a place when it was signed. Places that are not there any more are left to the bridges."""
    ends = {bridge.last_seq: bridge.after_link for bridge in bridges.values()}
    for each in segments:
        if signed.get(each.seq, each.link) != each.link:
            yield _finding("signed_head", each)
    for seq, after in ends.items():
        if signed.get(seq, after) != after and segments:
            yield _finding("signed_head", segments[0])


def _across(seq: int, last: Digest, bridges: Mapping[int, Bridge], until: int) -> tuple[int, Digest]:
    while seq + 1 < until:
        bridge = bridges.get(seq + 1)
        if bridge is None or bridge.before_link != last:
            break
        seq, last = bridge.last_seq, bridge.after_link
    return seq, last


def _finding(wrong: Wrong, each: ChainedSegment) -> Finding:
    segment = each.segment
    return Finding(wrong=wrong, camera_id=segment.camera_id, profile=segment.profile, path=segment.path)
