import pytest

from vms.demo.rtsp_message import MalformedRequest, RequestReader, response

DESCRIBE = b"DESCRIBE rtsp://127.0.0.1:554/street RTSP/1.0\r\nCSeq: 2\r\nUser-Agent: Lavf62\r\n\r\n"


def test_a_request_may_arrive_byte_by_byte() -> None:
    reader = RequestReader()
    requests = [request for byte in DESCRIBE for request in reader.feed(bytes([byte]))]
    assert [(request.method, request.sequence) for request in requests] == [("DESCRIBE", "2")]


def test_several_requests_may_arrive_at_once() -> None:
    assert len(list(RequestReader().feed(DESCRIBE * 3))) == 3


def test_interleaved_receiver_reports_are_passed_over_even_when_split() -> None:
    report = b"$\x01\x00\x08" + b"RTSP\r\n\r\n"
    reader = RequestReader()
    assert list(reader.feed(report[:3])) == []
    assert list(reader.feed(report[3:7])) == []
    assert [request.method for request in reader.feed(report[7:] + DESCRIBE)] == ["DESCRIBE"]


def test_a_body_is_waited_for() -> None:
    head = b"SET_PARAMETER rtsp://h/p RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 6\r\n\r\n"
    reader = RequestReader()
    assert list(reader.feed(head + b"abc")) == []
    (request,) = reader.feed(b"def")
    assert request.body == b"abcdef"


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("rtsp://127.0.0.1:554/street", "street"),
        ("rtsp://127.0.0.1:554/street/", "street"),
        ("rtsp://127.0.0.1/street/trackID=0", "street"),
        ("rtsp://h/Streaming/Channels/101?transportmode=unicast", "Streaming/Channels/101"),
        ("rtsp://h", ""),
        ("*", "*"),
    ],
)
def test_the_path_is_that_of_the_mount(uri: str, path: str) -> None:
    (request,) = RequestReader().feed(f"SETUP {uri} RTSP/1.0\r\n\r\n".encode())
    assert request.path == path


@pytest.mark.parametrize(
    "data",
    [
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"PLAY rtsp://h/p RTSP/1.0\r\nno colon\r\n\r\n",
        b"PLAY rtsp://h/p RTSP/1.0\r\nContent-Length: -1\r\n\r\n",
        b"PLAY rtsp://h/p RTSP/1.0\r\nContent-Length: 999999999\r\n\r\n",
        b"A" * 20_000,
    ],
)
def test_what_is_no_rtsp_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedRequest):
        list(RequestReader().feed(data))


def test_a_response_states_the_length_of_its_body() -> None:
    assert response(200, "7", {"Content-Type": "application/sdp"}, b"v=0\r\n") == (
        b"RTSP/1.0 200 OK\r\nCSeq: 7\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n"
    )
