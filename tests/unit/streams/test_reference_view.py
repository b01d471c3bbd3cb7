"""Reference pictures: when they are taken, how they follow the light, where they are kept, how they are taken anew."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from streams.camera import CameraId
from streams.looker import Looker
from streams.packet import Packet
from streams.picture_signs import PictureSigns, SmallPicture, Structure, signs_of
from streams.reference_view import ReferenceViews
from streams.view_files import ViewFiles
from tests.fakes.packets import START, run_of
from tests.fakes.views import GOP, encoded, pictures_of, scene
from tests.unit.streams.test_picture_signs import small

CAMERA = CameraId(7)


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


class Learner:
    def __init__(self) -> None:
        self.views = ReferenceViews(adapt_s=1800)

    def see(self, picture: SmallPicture, at: datetime) -> PictureSigns:
        view = self.views.of(picture.colour)
        signs = signs_of(picture, reference=view.structure if view else None)
        self.views.learn(picture, signs, at)
        return signs


def test_it_is_taken_when_two_looks_in_a_row_agree() -> None:
    learner = Learner()
    for picture in (small(scene(1)), small(scene(2)), small(np.zeros((180, 320, 3))), small(scene(1))):
        learner.see(picture, START)
        assert learner.views.of(True) is None
    learner.see(small(scene(1), seed=3), START)
    assert learner.views.of(True) is not None


def test_it_follows_the_light_and_not_another_view() -> None:
    learner = Learner()
    for at in range(2):
        learner.see(small(scene(1)), minutes(at))
    for at in range(2, 122, 2):
        learner.see(small(scene(1) * (1 - at / 240)), minutes(at))
    view = learner.views.of(True)
    assert view is not None
    assert view.grey.mean() < 0.9 * small(scene(1)).grey.mean()
    for at in range(122, 400, 9):
        signs = learner.see(small(scene(2)), minutes(at))
    assert signs.found is not None
    assert signs.found < 0.35


def test_by_infrared_there_is_another_one() -> None:
    learner = Learner()
    night = small(scene(1, colour=False))
    assert not night.colour
    for picture in (small(scene(1)), small(scene(1)), night, night):
        learner.see(picture, START)
    assert {colour for colour in (True, False) if learner.views.of(colour)} == {True, False}


def test_files_keep_it(tmp_path: Path) -> None:
    files = ViewFiles(tmp_path / "views")
    grey = small(scene(1)).grey
    assert files.read(CAMERA, colour=True) is None
    files.write(CAMERA, grey, colour=True)
    kept = files.read(CAMERA, colour=True)
    assert kept is not None
    assert np.abs(kept - grey).max() <= 0.5
    assert (files.exists(CAMERA, colour=True), files.exists(CAMERA, colour=False)) == (True, False)


@pytest.mark.parametrize("content", [b"", b"no picture", None], ids=["empty", "text", "another size"])
def test_a_file_that_is_no_reference_is_none(tmp_path: Path, content: bytes | None) -> None:
    files = ViewFiles(tmp_path)
    if content is None:
        files.write(CAMERA, np.zeros((10, 10), np.float32), colour=True)
    else:
        files.path(CAMERA, colour=True).write_bytes(content)
    assert files.read(CAMERA, colour=True) is None


def test_a_folder_that_refuses_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "views").write_text("a file is in the way")
    files = ViewFiles(tmp_path / "views")
    files.write(CAMERA, small(scene(1)).grey, colour=True)
    assert files.read(CAMERA, colour=True) is None


def test_files_of_cameras_that_are_no_more_are_removed(tmp_path: Path) -> None:
    files = ViewFiles(tmp_path)
    for camera in (1, 2):
        files.write(CameraId(camera), small(scene(1)).grey, colour=False)
    (tmp_path / "note.png").write_bytes(b"not ours")
    files.keep_only({CameraId(2)})
    assert {path.name for path in tmp_path.iterdir()} == {"2-infrared.png", "note.png"}


@pytest.fixture(scope="module")
def keyframes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Packet]]:
    folder = tmp_path_factory.mktemp("clips")
    keyframes = {}
    for name, seed in (("street", 1), ("elsewhere", 2)):
        path = folder / f"{name}.mp4"
        encoded(path, pictures_of(scene(seed), count=3 * GOP))
        run, packets = run_of(path)
        keyframes[name] = [packet for packet in packets if packet.keyframe]
        INFOS[name] = run.info
    return keyframes


INFOS = {}


def look(looker: Looker, keyframes: dict[str, list[Packet]], name: str, number: int) -> PictureSigns:
    signs = looker.look(INFOS[name], keyframes[name][number])
    assert signs is not None
    return signs


def test_a_restart_remembers_how_the_camera_looked(
    tmp_path: Path, keyframes: dict[str, list[Packet]]
) -> None:
    looker = Looker(CAMERA, files=ViewFiles(tmp_path), adapt_s=1800)
    assert not looker.seen_before
    for number in range(3):
        signs = look(looker, keyframes, "street", number)
    assert signs.found is not None
    assert signs.found > 0.9
    again = Looker(CAMERA, files=ViewFiles(tmp_path), adapt_s=1800)
    assert again.seen_before
    found = look(again, keyframes, "elsewhere", 0).found
    assert found is not None
    assert found < 0.35


def test_removing_the_files_has_it_taken_anew(tmp_path: Path, keyframes: dict[str, list[Packet]]) -> None:
    files = ViewFiles(tmp_path)
    looker = Looker(CAMERA, files=files, adapt_s=1800)
    for number in range(3):
        look(looker, keyframes, "street", number)
    assert files.remove(CAMERA) == 1
    assert files.remove(CAMERA) == 0
    assert look(looker, keyframes, "elsewhere", 0).found is None
    look(looker, keyframes, "elsewhere", 1)
    found = look(looker, keyframes, "elsewhere", 2).found
    assert found is not None
    assert found > 0.9
    kept = files.read(CAMERA, colour=True)
    assert kept is not None
    assert Structure(kept).found_in(Structure(small(scene(2)).grey)) > 0.9
