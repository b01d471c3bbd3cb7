"""One call of the API as the table has it. See calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from runtime.errors import VmsError

Errors = tuple[type[VmsError], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    #: None: no content, or a file
    answer: type[BaseModel] | None = None
    example: Any = None
    status: int = 200
    #: of a file
    media: str | None = None
    #: what is sent, where something is
    asked: Any = None
    asked_media: str = "application/json"
    errors: Errors = ()
    #: refusals that are no VmsError, {status: code}
    refusals: Mapping[int, str] | None = None
