"""No credential reaches a log line."""

import io
import json
import logging
import sys

import pytest
import structlog

from runtime.errors import VmsError
from runtime.logs import configure_logs, redact


@pytest.mark.parametrize(
    ("written", "logged"),
    [
        ("rtsp://admin:s3cret@10.0.0.5:554/h264", "rtsp://***@10.0.0.5:554/h264"),
        ("rtsp://admin:a@b:c@10.0.0.5/x", "rtsp://***@10.0.0.5/x"),
        ("open postgresql://vms:s3cret@db/x failed", "open postgresql://***@db/x failed"),
        ("rtsp://10.0.0.5/x", "rtsp://10.0.0.5/x"),
        ({"password": "s3cret", "user": "admin"}, {"password": "***", "user": "admin"}),
        (["rtsp://a:b@h/x"], ["rtsp://***@h/x"]),
        (VmsError(), "Something went wrong."),
        (7, 7),
    ],
)
def test_credentials_are_taken_out(written: object, logged: object) -> None:
    assert redact(written) == logged


def test_our_lines_and_those_of_libraries_are_json_without_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = io.StringIO()
    monkeypatch.setattr(sys, "stderr", lines)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure_logs("json", "INFO")
        structlog.get_logger("x").info("opened", camera=3, url="rtsp://admin:s3cret@h/x")
        logging.getLogger("library").warning("cannot open rtsp://admin:s3cret@h/x")
    finally:
        root.handlers[:], _ = before
        root.setLevel(before[1])
        structlog.reset_defaults()
    ours, theirs = (json.loads(line) for line in lines.getvalue().splitlines())
    assert (ours["event"], ours["camera"], ours["url"], ours["level"]) == (
        "opened",
        3,
        "rtsp://***@h/x",
        "info",
    )
    assert theirs["event"] == "cannot open rtsp://***@h/x"
