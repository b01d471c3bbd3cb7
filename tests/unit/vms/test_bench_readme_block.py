from pathlib import Path

import pytest

from vms.bench.errors import BlockMissing
from vms.bench.readme_block import blocks_in, write_block

EMPTY = """# A document

<!-- vms bench analyse --write: nothing yet -->
<!-- end of vms bench analyse -->

<!-- vms bench models --write: nothing yet -->
old
<!-- end of vms bench models -->
after
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(EMPTY, "utf-8")
    return path


def test_a_table_is_written_into_its_own_place_and_nowhere_else(document: Path) -> None:
    write_block(document, "analyse", "| 摄像机 | 2 % |\n| a | \\1 |\n")
    analyse, models = blocks_in(document.read_text("utf-8"))
    assert (analyse.name, analyse.text, analyse.genuine) == ("analyse", "| 摄像机 | 2 % |\n| a | \\1 |", True)
    assert (models.name, models.text) == ("models", "old")
    assert document.read_text("utf-8").startswith("# A document\n\n<!--")
    assert document.read_text("utf-8").endswith("<!-- end of vms bench models -->\nafter\n")


def test_writing_again_replaces_what_was_there(document: Path) -> None:
    write_block(document, "analyse", "first\n\nsecond")
    once = document.read_text("utf-8")
    write_block(document, "analyse", "third")
    write_block(document, "analyse", "first\n\nsecond")
    assert document.read_text("utf-8") == once


def test_a_figure_changed_by_hand_is_found(document: Path) -> None:
    write_block(document, "analyse", "| quiet | 1.9 % |")
    better = document.read_text("utf-8").replace("1.9 %", "0.9 %")
    assert [block.genuine for block in blocks_in(better)] == [False, False]


def test_what_no_command_wrote_is_not_genuine() -> None:
    assert [block.genuine for block in blocks_in(EMPTY)] == [False, False]


def test_a_document_without_the_place_is_refused_and_left_alone(document: Path) -> None:
    with pytest.raises(BlockMissing, match="end of vms bench registry"):
        write_block(document, "registry", "text")
    document.write_text(EMPTY + EMPTY, "utf-8")
    with pytest.raises(BlockMissing):
        write_block(document, "analyse", "text")
    assert document.read_text("utf-8") == EMPTY + EMPTY
