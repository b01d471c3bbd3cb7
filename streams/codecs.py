"""What this machine can decode."""

from collections.abc import Mapping, Sequence

import av
from av.codec.codec import UnknownCodecError


def decodable(codecs: Sequence[str]) -> Mapping[str, bool]:
    """For each codec, as FFmpeg names it, whether a decoder is built in."""
    return {codec: _has_decoder(codec) for codec in codecs}


def _has_decoder(codec: str) -> bool:
    try:
        av.Codec(codec, "r")
    except UnknownCodecError:
        return False
    return True
