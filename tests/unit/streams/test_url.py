from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import InvalidStreamUrl
from streams.url import is_file_source, parse_stream_url, redacted


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("rtsp://10.0.0.7/main", "rtsp://10.0.0.7/main"),
        ("RTSP://camera.local:8554/a/b?channel=1", "rtsp://camera.local:8554/a/b?channel=1"),
        ("rtsps://[fe80::1]:322/x", "rtsps://[fe80::1]:322/x"),
        ("rtsp://admin:secret@10.0.0.7", "rtsp://10.0.0.7"),
        ("rtsp://摄像机/一", "rtsp://摄像机/一"),
        ("rtsp://host?x=1", "rtsp://host/?x=1"),
    ],
)
def test_an_address_is_shown_without_credentials(text: str, public: str) -> None:
    assert parse_stream_url(text).public == public


def test_the_default_port_follows_the_scheme() -> None:
    assert parse_stream_url("rtsp://host/x").effective_port == 554
    assert parse_stream_url("rtsps://host/x").effective_port == 322
    assert parse_stream_url("rtsp://host:8554/x").effective_port == 8554


def test_credentials_are_percent_decoded() -> None:
    url = parse_stream_url("rtsp://ad%40min:p%2Fw%3A%25@host/x")
    assert (url.username, url.password) == ("ad@min", "p/w:%")


def test_a_password_may_hold_an_at_sign_that_was_not_escaped() -> None:
    url = parse_stream_url("rtsp://admin:p@ss@host/x")
    assert (url.host, url.username, url.password) == ("host", "admin", "p@ss")


@given(username=st.text(min_size=1), password=st.text())
def test_credentials_come_back_as_they_were_given(username: str, password: str) -> None:
    whole = parse_stream_url("rtsp://host:554/x").with_credentials(username, password)
    again = parse_stream_url(whole)
    assert (again.username, again.password, again.public) == (username, password, "rtsp://host:554/x")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("10.0.0.7/main", "no scheme"),
        ("http://host/x", "http://"),
        ("file:///etc/passwd", "file://"),
        ("rtsp://", "no host"),
        ("rtsp:///x", "no host"),
        ("rtsp://:554/x", "no host"),
        ("rtsp://admin:secret@/x", "no host"),
        ("rtsp://host:0/x", "'0'"),
        ("rtsp://host:65536/x", "'65536'"),
        ("rtsp://host:554a/x", "'554a'"),
        ("rtsp://host:/x", "''"),
        ("rtsp://host:٥٥٤/x", "not a number"),
        ("rtsp://ho st/x", "space"),
        (" rtsp://host/x", "space"),
        ("rtsp://host/x\n", "space or a control"),
        ("rtsp://host\x00/x", "control"),
        ("rtsp://ho$t/x", "not a host name"),
        ("rtsp://[10.0.0.7]/x", "not a host name"),
        ("rtsp://admin:sec/ret@host/x", "%2F"),
    ],
)
def test_a_bad_address_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidStreamUrl) as caught:
        parse_stream_url(text)
    assert reason in str(caught.value)
    assert reason in caught.value.message("zh")


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        url = parse_stream_url(text)
    except InvalidStreamUrl:
        return
    assert parse_stream_url(url.public).public == url.public


@pytest.mark.parametrize(
    "text",
    [
        "rtsp://admin:hunter2@host:99999/x",
        "rtsp://admin:hun ter2@host/hunter2@",
        "http://admin:hunter2@host/x",
        "rtsp://host:0/x?user=admin&password=hunter2&channel=1",
        "rtsp://host:0/user=admin_password=hunter2_channel=1.sdp",
    ],
)
def test_no_error_shows_a_password(text: str) -> None:
    with pytest.raises(InvalidStreamUrl) as caught:
        parse_stream_url(text)
    assert "hunter2" not in str(caught.value)
    assert "ter2" not in repr(caught.value.context)


def test_the_password_is_not_in_the_repr() -> None:
    assert "hunter2" not in repr(parse_stream_url("rtsp://admin:hunter2@host/x"))


def test_what_is_no_credential_stays_readable() -> None:
    assert redacted("rtsp://host/a?channel=1") == "rtsp://host/a?channel=1"


def test_a_path_that_exists_is_a_file_source(h264: Path) -> None:
    assert is_file_source(str(h264))
    assert not is_file_source(str(h264) + ".missing")
    assert not is_file_source(str(h264.parent))
    assert not is_file_source("rtsp://host/x")
    assert not is_file_source("")
    assert not is_file_source("x" * 5000)
    assert not is_file_source("a\x00b")
