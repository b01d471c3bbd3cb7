"""How many arenas the C library makes for threads, as it tells itself, in a process of its own."""

import platform
import subprocess
import sys

import pytest

from runtime.memory import limit_arenas

_PROGRAM = """
import ctypes, sys, threading
from runtime.memory import limit_arenas

if sys.argv[1] == "limited":
    assert limit_arenas(2)
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
barrier = threading.Barrier(8)

def take():
    libc.malloc(100)
    barrier.wait()  # all of them live at once: none inherits the arena of another
    libc.malloc(100)

threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.fdopen.restype = ctypes.c_void_p
libc.malloc_info(0, ctypes.c_void_p(libc.fdopen(1, b"w")))
libc.fflush(None)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="arenas are glibc's")
def test_eight_threads_share_two_arenas() -> None:
    assert _arenas("limited") <= 2
    assert _arenas("free") > 2


@pytest.mark.skipif(platform.libc_ver()[0] == "glibc", reason="what happens without glibc")
def test_other_c_libraries_are_left_alone() -> None:
    assert not limit_arenas()


def _arenas(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", _PROGRAM, how], capture_output=True, text=True, check=True)
    return done.stdout.count("<heap nr=")
