"""The 20-digit code of a camera (GB/T 28181-2022, annex E).

1 to 8 name the centre (GB/T 2260 and the unit below it), 9 and 10 the trade, 11 to 13 the type of device, 14 the network,
15 to 20 the device. Which centre numbers a camera is not for us to judge; that it is a camera at all is.
"""

import re
from typing import Final

from vms.cameras.errors import CodeInvalid, CodeOfAnotherKind

#: camera, network camera (IPC)
CAMERA_TYPES: Final = frozenset({"131", "132"})


def check_code(code: str) -> None:
    """Raises: CodeInvalid, CodeOfAnotherKind."""
    if re.fullmatch(r"[0-9]{20}", code) is None:
        raise CodeInvalid(code=code[:40])
    if code[10:13] not in CAMERA_TYPES:
        raise CodeOfAnotherKind(code=code, kind=code[10:13])
