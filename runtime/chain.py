"""Statements that follow one another so that none can be changed, removed, put in or moved without being seen.

A statement is canonical JSON (RFC 8785 in spirit: sorted keys, no spaces, UTF-8; no floats, so that nobody writes them in
another way). Its link is SHA-256 over the link before it and the statement; the first follows 32 zero bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Final, TypeAlias

#: 32 bytes of SHA-256
Digest: TypeAlias = bytes

#: what the first statement of a chain follows
BEGINNING: Final[Digest] = bytes(32)


def canonical(statement: Mapping[str, object]) -> str:
    """One text for one statement, whoever writes it. Raises ValueError for a float: write it as a whole number or as text."""
    _refuse_floats(statement)
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def link(previous: Digest, statement: str) -> Digest:
    """The link of a statement that follows the one whose link is `previous`."""
    return hashlib.sha256(previous + statement.encode()).digest()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise ValueError(f"{value} is a float, and has no canonical form")
    if isinstance(value, Mapping):
        for each in value.values():
            _refuse_floats(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_floats(each)
