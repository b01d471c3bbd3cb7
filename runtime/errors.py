"""One error tree. The docstring is the message, in English and, after a blank line, in Chinese.

A subclass is named for what happened; its context fills the braces of its docstring and is kept as attributes for
logs and for HTTP. Every message says what to do.
"""

import inspect
import re
from typing import ClassVar, Literal

Language = Literal["en", "zh"]


class VmsError(Exception):
    """Something went wrong.

    出现了错误。
    """

    #: the HTTP status that states this failure to a program
    http_status: ClassVar[int] = 500

    def __init__(self, **context: object) -> None:
        super().__init__()
        self.context = context

    @property
    def code(self) -> str:
        """The class name in snake case: stable, for programs."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    def message(self, language: Language = "en") -> str:
        paragraphs = inspect.cleandoc(type(self).__doc__ or "").split("\n\n")
        text = paragraphs[-1] if language == "zh" else paragraphs[0]
        return " ".join(text.split()).format_map(self.context)

    def as_json(self) -> dict[str, object]:
        """{"code": …, "message": {"en": …, "zh": …}}: for programs, which choose the language themselves."""
        return {"code": self.code, "message": {"en": self.message("en"), "zh": self.message("zh")}}

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.context))


def _rebuild(kind: type[VmsError], context: dict[str, object]) -> VmsError:
    return kind(**context)
