"""Addresses that devices give, led back to themselves."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.onvif.errors import UriRefused, UriRewritten
from streams.onvif.own_host import OwnHost

OWN = OwnHost(scheme="http", host="10.0.0.5", port=8080)


@pytest.mark.parametrize(
    ("uri", "url", "warning"),
    [
        ("/onvif/media?x=1", "http://10.0.0.5:8080/onvif/media?x=1", None),
        ("onvif/media", "http://10.0.0.5:8080/onvif/media", None),
        ("http://10.0.0.5/onvif", "http://10.0.0.5:80/onvif", None),
        ("https://10.0.0.5/onvif", "https://10.0.0.5:443/onvif", None),
        ("http://admin:secret@10.0.0.5:81/a", "http://10.0.0.5:81/a", None),
        ("http://192.168.1.64/onvif/media", "http://10.0.0.5:8080/onvif/media", UriRewritten),
        ("http://169.254.169.254:80/latest/meta-data", "http://10.0.0.5:8080/latest/meta-data", UriRewritten),
        ("//evil.example/x", "http://10.0.0.5:8080/x", UriRewritten),
        ("http://10.0.0.5@evil.example/x", "http://10.0.0.5:8080/x", UriRewritten),
        ("file:///etc/passwd", None, UriRefused),
        ("gopher://10.0.0.5/x", None, UriRefused),
        ("http://10.0.0.5:99999/", None, UriRefused),
        ("http://[::1/", None, UriRefused),
        ("http://10.0.0.5/a\r\nHost: x", None, UriRefused),
        ("http://10.0.0.5/" + "a" * 3000, None, UriRefused),
        ("", None, UriRefused),
    ],
)
def test_http_stays_on_the_device(uri: str, url: str | None, warning: type | None) -> None:
    found, told = OWN.http_url(uri, "XAddr media1")
    assert found == url
    assert (type(told) if told else None) is warning


@pytest.mark.parametrize(
    ("uri", "url", "warning"),
    [
        ("rtsp://10.0.0.5:554/main?a=1", "rtsp://10.0.0.5:554/main?a=1", None),
        ("rtsp://admin:secret@10.0.0.5/main", "rtsp://10.0.0.5/main", None),
        ("/main", "rtsp://10.0.0.5/main", None),
        ("rtsp://192.168.1.64:8554/main", "rtsp://10.0.0.5:8554/main", UriRewritten),
        ("rtsp://169.254.169.254/", "rtsp://10.0.0.5/", UriRewritten),
        ("http://10.0.0.5/main", None, UriRefused),
        ("rtsp://10.0.0.5:0/", None, UriRefused),
        ("", None, UriRefused),
    ],
)
def test_streams_stay_on_the_device(uri: str, url: str | None, warning: type | None) -> None:
    found, told = OWN.stream_url(uri, "StreamUri main")
    assert found == url
    assert (type(told) if told else None) is warning


def test_what_is_refused_is_said_without_its_credentials() -> None:
    _, told = OWN.stream_url("http://admin:secret@10.0.0.5/main", "StreamUri main")
    assert told is not None
    assert "secret" not in told.message("en") + told.message("zh")


def test_the_brackets_of_ipv6_are_kept() -> None:
    own = OwnHost(scheme="http", host="fd00::5", port=80)
    assert own.http_url("http://[fd00::5]/a", "x") == ("http://[fd00::5]:80/a", None)
    assert own.stream_url("rtsp://192.168.1.1/a", "x")[0] == "rtsp://[fd00::5]/a"


@given(
    st.text(max_size=60),
    st.sampled_from(["", "http://", "//", "rtsp://", "http://10.0.0.5@", "https:/", "\\\\"]),
)
def test_whatever_a_device_says_no_other_host_is_named(text: str, start: str) -> None:
    url, _ = OWN.http_url(start + text, "x")
    assert url is None or urlsplit(url).hostname == "10.0.0.5"
    url, _ = OWN.stream_url(start + text, "x")
    assert url is None or urlsplit(url).hostname == "10.0.0.5"
