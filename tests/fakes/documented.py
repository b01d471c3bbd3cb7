"""Holds what the server answers to what it says of itself: for whoever asks the API in a test."""

import re
from functools import cache

import httpx

from vms.api.documented.call import Call
from vms.api.documented.calls import CALLS
from vms.api.documented.openapi import problems_of
from vms.api.documented.shapes import Problem


@cache
def _templates() -> list[tuple[re.Pattern[str], str, tuple[str, str]]]:
    """Those without parameters first: /cameras/imports is no camera."""
    keys = sorted(CALLS, key=lambda key: key[1].count("{"))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), method, (method, path)) for method, path in keys]  # fmt: skip


def call_of(request: httpx.Request) -> tuple[tuple[str, str], Call] | None:
    for pattern, method, key in _templates():
        if request.method.lower() == method and pattern.fullmatch(request.url.path):
            return key, CALLS[key]
    return None


async def hold_to_the_document(response: httpx.Response) -> None:
    """An event hook of a client: the shape of an answer, the code of a refusal."""
    found = call_of(response.request)
    if found is None:
        return
    await response.aread()
    (method, path), call = found
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json", (method, path)
        problem = Problem.model_validate_json(response.content)
        documented = {each["code"] for each in problems_of(method, call).get(response.status_code, [])}
        assert problem.code in documented, (method, path, response.status_code, problem.code)
        return
    assert response.status_code == call.status, (method, path)
    if call.answer is not None:
        call.answer.model_validate_json(response.content)
