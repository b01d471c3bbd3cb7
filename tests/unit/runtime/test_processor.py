"""Instructions for int8, from what a processor says of itself."""

from pathlib import Path

import pytest

from runtime.processor import int8_instructions


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("flags\t\t: fpu avx2 avx512f avx512_vnni fsrm", "avx512_vnni"),
        ("flags\t\t: fpu avx2 avx_vnni", "avx_vnni"),
        ("flags\t\t: fpu avx2 avx512f avx512bw", ""),
        ("Features\t: fp asimd asimddp sve", "asimddp"),
        ("", ""),
    ],
)
def test_a_processor_says_what_it_has(tmp_path: Path, says: str, expected: str) -> None:
    path = tmp_path / "cpuinfo"
    path.write_text(f"model name\t: avx_vnni_lookalike 9000\n{says}\n")
    assert int8_instructions(path) == expected


def test_a_system_without_that_file_has_none_that_we_know_of(tmp_path: Path) -> None:
    assert int8_instructions(tmp_path / "none") == ""
