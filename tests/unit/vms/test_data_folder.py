"""The data folder: one server at a time, and a clear word when it cannot be used."""

import os
from pathlib import Path

import pytest

from vms import data_folder
from vms.data_folder import held, open_data_folder
from vms.errors import DataFolderInUse, DataFolderUnusable


def test_a_missing_folder_is_made_and_left_clean(tmp_path: Path) -> None:
    folder = open_data_folder(tmp_path / "a" / "b")
    assert folder.path.is_dir()
    assert list(folder.path.iterdir()) == []


def test_a_second_server_on_the_same_folder_is_refused_and_may_come_later(tmp_path: Path) -> None:
    folder = open_data_folder(tmp_path)
    with held(folder), pytest.raises(DataFolderInUse, match="Another server already runs"), held(folder):
        pass
    with held(folder):
        pass


def test_a_file_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolderUnusable, match="--data"):
        open_data_folder(tmp_path / "data")


def test_a_disk_without_room_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = list(os.statvfs(tmp_path))
    status[4] = 10  # blocks available
    monkeypatch.setattr(data_folder.os, "statvfs", lambda _path: os.statvfs_result(status))
    with pytest.raises(DataFolderUnusable, match="200 MB are needed"):
        open_data_folder(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere; /proc is tried in test_cli")
def test_a_folder_that_is_read_only_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataFolderUnusable, match="permission"):
        open_data_folder(tmp_path / "data")
