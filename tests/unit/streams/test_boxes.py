import io
import struct

from hypothesis import given
from hypothesis import strategies as st

from streams.boxes import Box, read_boxes, whole_length


def box(kind: str, payload: int) -> bytes:
    return struct.pack(">I4s", payload + 8, kind.encode()) + bytes(payload)


HEAD = box("ftyp", 20) + box("moov", 100)
FRAGMENT = box("moof", 50) + box("mdat", 500)


def whole(data: bytes) -> int:
    return whole_length(read_boxes(io.BytesIO(data)), len(data))


def test_a_whole_file_is_kept_up_to_its_last_fragment() -> None:
    assert whole(HEAD + FRAGMENT * 3 + box("mfra", 40)) == len(HEAD + FRAGMENT * 3)


def test_a_torn_fragment_is_given_up() -> None:
    for torn in range(1, len(FRAGMENT)):
        assert whole(HEAD + FRAGMENT * 2 + FRAGMENT[:torn]) == len(HEAD + FRAGMENT * 2)


def test_zeros_after_a_power_cut_are_given_up() -> None:
    assert whole(HEAD + FRAGMENT + bytes(4096)) == len(HEAD + FRAGMENT)


def test_without_a_whole_fragment_nothing_is_kept() -> None:
    for data in (b"", HEAD, HEAD + FRAGMENT[:-1], FRAGMENT, b"\xff" * 100, box("ftyp", 20)):
        assert whole(data) == 0


def test_a_large_box_is_read() -> None:
    large = struct.pack(">I4sQ", 1, b"mdat", 16 + 500) + bytes(500)
    data = HEAD + box("moof", 50) + large
    assert read_boxes(io.BytesIO(data))[-1] == Box(kind="mdat", offset=len(data) - 516, size=516)
    assert whole(data) == len(data)


def test_a_large_box_without_its_size_is_torn() -> None:
    assert whole(HEAD + FRAGMENT + struct.pack(">I4s", 1, b"mdat")) == len(HEAD + FRAGMENT)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    assert 0 <= whole(data) <= len(data)


@given(cut=st.integers(0, len(HEAD + FRAGMENT * 4)))
def test_however_a_file_is_cut_what_is_kept_is_whole_fragments(cut: int) -> None:
    kept = whole((HEAD + FRAGMENT * 4)[:cut])
    assert kept == 0 or (kept - len(HEAD)) % len(FRAGMENT) == 0
    assert kept <= cut
