"""The page's logic without a page: what node can run (alerts, socket, words, keys, bell)."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="node is not installed: the wall's logic is tested where it is")
@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.stem)
def test_logic_of_the_page_holds(file: Path) -> None:
    assert NODE is not None
    done = subprocess.run(
        [NODE, "--test", str(file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
