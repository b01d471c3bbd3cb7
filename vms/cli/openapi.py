"""`vms openapi`: the OpenAPI document of this version, for programs that are written against it."""

import json
from typing import Any, cast

from vms.api.app import create_app
from vms.cli.language import say

HELP = say("Print the OpenAPI document of the HTTP API.", "输出 HTTP 接口的 OpenAPI 文档。")


def openapi() -> None:
    nobody = cast(Any, None)  # the document needs no parts: nothing is asked
    print(json.dumps(create_app(nobody).openapi(), ensure_ascii=False, indent=2))
