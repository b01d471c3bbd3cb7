"""What is said of a camera as FIELD=VALUE on the command line: the same fields and words as in a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass

import typer

from streams.url import parse_stream_url
from vms.cameras.sheets.columns import BY_HEADING, COLUMNS, KEEP, heading_key
from vms.cameras.sheets.errors import ColumnUnknown
from vms.cli.language import LANGUAGE, say


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenValues:
    #: of the configuration, by name
    values: dict[str, object]
    #: code, path or name
    unit: str | None
    password: str | None

    def __repr__(self) -> str:
        return f"GivenValues({sorted(self.values)})"  # never the password


FIELDS_HELP = say(
    "FIELD=VALUE, with the fields of a sheet: {}. Nothing after = empties a field; password=- asks for it.",
    "字段=值，字段与表格相同：{}。= 后不填则清空；password=- 为提示输入密码。",
).format(", ".join(column.zh[0] if LANGUAGE == "zh" else column.name for column in COLUMNS))


def parse_values(texts: Sequence[str]) -> GivenValues:
    """Raises: ColumnUnknown, what is wrong with a value, and typer's own error for what has no =."""
    values: dict[str, object] = {}
    for text in texts:
        field, equals, value = text.partition("=")
        if not equals:
            raise typer.BadParameter(say("{} is not FIELD=VALUE", "{} 不是 字段=值").format(repr(text)))
        column = BY_HEADING.get(heading_key(field))
        if column is None:
            raise ColumnUnknown(column=field[:40], known=", ".join(f"{c.name} {c.zh[0]}" for c in COLUMNS))
        value = value.strip()
        if column.name == "password":
            hidden = value == "-"
            values["password"] = typer.prompt(say("Password", "密码"), hide_input=True) if hidden else value
        elif value:
            values[column.name] = column.parse(value)
        elif column.empty is KEEP:
            raise typer.BadParameter(say("{} cannot be empty", "{} 不能为空").format(field))
        else:
            values[column.name] = column.empty
    for name in ("main_url", "sub_url"):
        if values.get(name):
            parse_stream_url(str(values[name]))
    unit, password = values.pop("unit", None), values.pop("password", None)
    return GivenValues(
        values=values,
        unit=None if unit is None else str(unit),
        password=None if password is None else str(password),
    )
