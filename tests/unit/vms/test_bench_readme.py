"""The tables of figures in README.md are what the commands wrote, or are not there yet."""

from pathlib import Path

import pytest

from vms.bench.analyse_table import HEAD, NAME
from vms.bench.readme_block import Block, blocks_in

BLOCKS = blocks_in(Path("README.md").read_text("utf-8"))


def test_the_readme_has_a_place_for_what_watching_costs() -> None:
    assert NAME in [block.name for block in BLOCKS]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.name)
def test_nobody_but_the_command_wrote_a_table(block: Block) -> None:
    written = f"run `vms bench {block.name} --write README.md`: nobody else writes this table"
    assert block.genuine or (block.digest, block.text) == ("", ""), written
    assert "quick run" not in block.text


def test_the_table_of_analyse_has_every_row_and_no_row_is_torn() -> None:
    """Its form; the figures are of the machine that it names."""
    text = next(block.text for block in BLOCKS if block.name == NAME)
    table = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    if not table:
        pytest.skip("vms bench analyse has not written its table into README.md yet")
    assert tuple(table[0]) == HEAD
    assert {len(row) for row in table} == {len(HEAD)}
    told = " ".join(row[0] for row in table)
    for what in (
        "a quiet camera",
        "a normal camera",
        "a busy camera",
        "bare decoding",
        "memory",
        "whole set",
    ):
        assert what in told
