"""The OpenAPI document: complete, whole, and true: its examples are sent to a real server, whose answers have its shapes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from typer.testing import CliRunner

from alerts.capture import Capture
from alerts.journal import Journal
from alerts.lifecycle import Lifecycle
from detectors.event import Curve, ZoneId
from runtime.clock import SystemClock
from runtime.database import Database
from runtime.vault import Vault
from tests.fakes.documented import call_of, hold_to_the_document
from tests.fakes.events import PICTURES, crowd_event
from tests.fakes.evidence_desk import desk_in
from tests.fakes.registry_client import registry_client
from vms.api import (
    accesses,
    alerts,
    camera_devices,
    camera_zones,
    cameras,
    exports,
    holds,
    playbacks,
    probes,
    units,
)
from vms.api.app import create_app
from vms.api.documented import evidence, examples
from vms.api.documented.calls import CALLS
from vms.api.documented.openapi import problems_of
from vms.api.documented.shapes import Problem
from vms.cameras.registry import Registry
from vms.cli import app as command_line

#: calls that need a device, which test_onvif_api.py and test_probe.py have
OF_DEVICES = re.compile(r"/ptz|/imaging$|/device$|/discovery$|/probes$")
#: calls that need recordings, which test_exports_api.py and test_playback.py have
OF_RECORDINGS = re.compile(r"/exports|/playback|/thumbnails")

APP = create_app(cast(Any, None))
DOCUMENT = APP.openapi()


def walk(node: object) -> Iterator[tuple[str, object]]:
    if isinstance(node, dict):
        yield from node.items()
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def test_every_call_is_in_the_table() -> None:
    served = {
        (method, path)
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
        if path.startswith("/api/v1/")
    }
    assert served - set(CALLS) == set()


def test_every_reference_leads_somewhere() -> None:
    for name, value in walk(DOCUMENT):
        if name == "$ref":
            assert str(value).rpartition("/")[2] in DOCUMENT["components"]["schemas"], value


def test_every_body_has_an_example_and_every_refusal_a_code() -> None:
    for (method, path), call in CALLS.items():
        operation = DOCUMENT["paths"][path][method]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            if call.asked_media == "application/json":
                assert content["example"] == call.asked, (method, path)
        for status, answer in operation["responses"].items():
            for media, content in answer.get("content", {}).items():
                if media == "application/problem+json":
                    assert content["examples"] and int(status) >= 400
                elif media == "application/json":
                    assert content["example"] is not None, (method, path)


def test_every_example_has_the_shape_it_is_an_example_of() -> None:
    for call in CALLS.values():
        if call.answer is not None:
            call.answer.model_validate_json(json.dumps(call.example))
    bodies = 0
    for route in (
        *alerts.router.routes,
        *camera_zones.router.routes,
        *cameras.router.routes,
        *camera_devices.router.routes,
        *probes.router.routes,
        *units.router.routes,
        *accesses.router.routes,
        *exports.router.routes,
        *holds.router.routes,
        *playbacks.router.routes,
    ):
        if isinstance(route, APIRoute) and route.body_field is not None:
            (method,) = route.methods
            call = CALLS.get((method.lower(), route.path))
            if call is not None and call.asked is not None:
                TypeAdapter(route.body_field.field_info.annotation).validate_json(json.dumps(call.asked))
                bodies += 1
    assert bodies == 17
    for (method, _), call in CALLS.items():
        for status, problems in problems_of(method, call).items():
            for problem in problems:
                assert Problem.model_validate(problem).status == status


def test_the_document_is_printed_for_programs() -> None:
    done = CliRunner().invoke(command_line, ["openapi"])
    assert done.exit_code == 0 and json.loads(done.output) == DOCUMENT


async def test_an_answer_of_another_shape_or_a_refusal_of_another_code_is_noticed() -> None:
    request = httpx.Request("GET", "http://x/api/v1/cameras/1")
    assert call_of(request) is not None and call_of(httpx.Request("GET", "http://x/healthz")) is None
    more = examples.CAMERA | {"colour": "red"}
    refused = problems_of("get", CALLS["get", "/api/v1/cameras/{camera_id}"])[404][0]
    headers = {"content-type": "application/problem+json"}
    await hold_to_the_document(httpx.Response(200, json=examples.CAMERA, request=request))
    await hold_to_the_document(httpx.Response(404, json=refused, headers=headers, request=request))
    for wrong in (
        httpx.Response(200, json=more, request=request),
        httpx.Response(201, json=examples.CAMERA, request=request),
        httpx.Response(404, json=refused | {"code": "lost"}, headers=headers, request=request),
        httpx.Response(409, json=refused | {"status": 409}, headers=headers, request=request),
    ):
        with pytest.raises((AssertionError, ValueError)):
            await hold_to_the_document(wrong)


async def test_the_examples_are_taken_by_a_real_server(database: Database, tmp_path: Path) -> None:
    registry = Registry(database=database, vault=Vault.open(tmp_path / "key"))
    clock = SystemClock()
    called: set[tuple[str, str]] = set()
    lifecycle = Lifecycle(database=database, clock=clock)
    desk = desk_in(tmp_path, database, clock)
    async with registry_client(database, registry, lifecycle=lifecycle, evidence=desk) as client:

        async def call(method: str, path: str, *, json: object = None, **options: Any) -> httpx.Response:
            answer = await client.request(method, f"/api/v1{path}", json=json, **options)
            assert answer.status_code < 300, (method, path, answer.text)
            found = call_of(answer.request)
            assert found is not None
            called.add(found[0])
            return answer

        match = {"headers": {"if-match": "*"}}
        await call("get", "/health")
        await call("post", "/units", json=examples.NEW_UNIT)
        await call("patch", "/units/2", json=examples.UNIT_PATCH)
        await call("post", "/units/2/move", json=examples.UNIT_MOVE)
        await call("post", "/units", json=examples.NEW_UNIT)
        await call("post", "/units/3/merge", json=examples.UNIT_MERGE | {"into_id": 2})
        await call("get", "/units/3")
        await call("post", "/cameras", json=examples.NEW_CAMERA)
        sheet = await call(
            "post", "/cameras/imports", content=examples.SHEET.encode(), params={"author": "王"}
        )
        assert sheet.json()["created"] == 1
        await call("patch", "/cameras/1", json=examples.CAMERA_PATCH, **match)
        await call("put", "/cameras/1/zones", json=examples.ZONES_GIVEN, **match)
        (zone, *_) = (await call("get", "/cameras/1/zones")).json()["zones"]
        for path in (
            "/cameras",
            "/cameras/1",
            "/cameras/1/versions",
            "/cameras.csv",
            "/units",
            "/units/1/changes",
        ):
            await call("get", path)

        capture = Capture(database=database, journal=Journal(tmp_path / "journal", capacity=5), clock=clock)
        curve = Curve(name="count", at_s=(1.0, 2.0), values=(None, 24.0), limit=20.0)
        event = crowd_event(1, zone_id=ZoneId(zone["id"]), zone_name=zone["name"], curves=(curve,))
        await capture.submit(event, PICTURES)
        await call("post", "/alerts/1/acknowledge", json=examples.ALERT_ACTION)
        for path in (
            "/workers",
            "/rooms",
            "/rooms/1/wall",
            "/rooms/1/cameras",
            "/alerts/1",
            "/alerts/1/snapshot.jpg",
            "/alerts/1/cameras",
            "/health/cameras",
            "/health/availability",
            "/cameras/1/health",
        ):
            await call("get", path)
        await call("get", f"/events/{event.id}/strip.jpg")
        day = {"start": "2026-11-05T00:00:00Z", "end": "2026-11-06T00:00:00Z"}
        await call("get", "/cameras/1/timeline", params=day)
        access = (await call("post", "/accesses", json=evidence.NEW_ACCESS)).json()["id"]
        await call("get", f"/accesses/{access}")
        await call("post", f"/accesses/{access}/end", json=evidence.ACCESS_END)
        await call("post", "/holds", json=evidence.NEW_HOLD)
        await call("post", "/holds/1/release", json=evidence.HOLD_RELEASE)
        for path in ("/accesses", "/audit", "/audit/verification", "/holds", "/deletions"):
            await call("get", path)
        for path in ("/accesses.csv", "/audit.csv"):
            await call("get", path)
        await call("delete", "/cameras/2", params={"author": "李"}, **match)
    assert called == {key for key in CALLS if not (OF_DEVICES.search(key[1]) or OF_RECORDINGS.search(key[1]))}
