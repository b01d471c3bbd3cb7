"""How the C library keeps memory for many threads: in a few arenas instead of eight for each core.

Each arena keeps what its threads once needed. A server has a thread for each stream and lets pictures of megabytes come and
go on a few others, so that with many arenas a camera took half as much memory again as it does with two.
"""

import ctypes
import platform

_M_ARENA_MAX = -8  # malloc.h


def limit_arenas(most: int = 2) -> bool:
    """Before any other thread is started. Returns whether it took: other C libraries than glibc have no such arenas."""
    if platform.libc_ver()[0] != "glibc":
        return False
    return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, most))
