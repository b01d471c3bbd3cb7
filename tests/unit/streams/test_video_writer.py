from pathlib import Path

import av
import numpy as np
import pytest

from streams.errors import VideoUnwritable
from streams.video_writer import VideoWriter


def grey(luma: int, width: int = 320, height: int = 180) -> np.ndarray:
    return np.full((height, width, 3), luma, np.uint8)


def test_pictures_come_back_at_their_times(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with VideoWriter(path) as video:
        for number in range(10):
            video.write(grey(20 * number), number * 0.125)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        pictures = [
            (frame.time, frame.to_ndarray(format="gray").mean()) for frame in container.decode(video=0)
        ]
    assert [at_s for at_s, _ in pictures] == pytest.approx([number * 0.125 for number in range(10)])
    assert [luma for _, luma in pictures] == sorted(luma for _, luma in pictures)


def test_an_odd_row_and_column_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with VideoWriter(path) as video:
        video.write(grey(100, 321, 181), 0.0)
    with av.open(str(path)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (320, 180)


def test_what_was_broken_off_is_not_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    with pytest.raises(KeyError), VideoWriter(path) as video:
        video.write(grey(100), 0.0)
        raise KeyError
    assert not path.exists()


def test_a_video_without_pictures_is_no_file(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "out.mp4"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(VideoUnwritable, match=r"none/out\.mp4"), VideoWriter(tmp_path / "none" / "out.mp4"):
        pass
