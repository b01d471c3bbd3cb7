"""Options that several commands share."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from vms.cli.language import say

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help=say(
            "Folder of everything that is kept: embedded database, recordings, journal, key. [default: data]",
            "数据目录：内置数据库、录像、事件暂存、密钥。[默认：data]",
        ),
        show_default=False,
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        help=say(
            "PostgreSQL 15 to 18, postgresql://user:password@host:5432/name; embedded when left out.",
            "PostgreSQL 15 至 18 的地址 postgresql://用户:密码@主机:5432/库名；不填则用内置数据库。",
        ),
        show_default=False,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help=say(
            "Settings file; config/vms.toml shows every key.", "设置文件；全部配置项见 config/vms.toml。"
        ),
        show_default=False,
    ),
]
Port = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        help=say(
            "Port of the page; 0 takes a free one. [default: 8080]",
            "网页端口；0 为任选空闲端口。[默认：8080]",
        ),
        show_default=False,
    ),
]
Json = Annotated[
    bool, typer.Option("--json", help=say("Print JSON lines for programs.", "输出供程序读取的 JSON 行。"))
]
WriteTable = Annotated[
    Path | None,
    typer.Option(
        "--write",
        metavar="FILE.md",
        help=say(
            "Write the table into a document, between its two comments.", "把表格写入文档的两行注释之间。"
        ),
        show_default=False,
    ),
]
Author = Annotated[
    str | None,
    typer.Option(
        "--author",
        help=say(
            "Who does this, for the history. [default: the account of this machine]",
            "操作人，记入历史。[默认：本机账户]",
        ),
        show_default=False,
    ),
]


def author_of(asked: str | None) -> str:
    """Who is written into the history: the name that was given, else the account that runs the command."""
    if asked and asked.strip():
        return asked.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "vms"
