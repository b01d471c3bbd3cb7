"""From a picture to the numbers that a network is fed, as its manifest says: order of colours and axes, scale, type."""

from typing import Any

import numpy as np
import numpy.typing as npt

from detectors.manifest import Input, Spread

Picture = npt.NDArray[np.uint8]


def tensors_of(picture: Picture, wanted: Input) -> dict[str, npt.NDArray[Any]]:
    """Everything that the network is fed, by name."""
    fed = {wanted.name: tensor_of(picture, wanted)}
    if wanted.size_name:
        fed[wanted.size_name] = np.array([[picture.shape[1], picture.shape[0]]], np.int64)
    return fed


def tensor_of(picture: Picture, wanted: Input) -> npt.NDArray[Any]:
    """uint8 RGB (height, width, 3) as a batch of one. The shipped networks take it as it is: nothing is copied."""
    if wanted.colour == "BGR":
        picture = picture[:, :, ::-1]
    if wanted.type == "uint8":
        return _laid_out(picture, wanted)
    numbers = picture.astype(np.float32)
    if isinstance(wanted.normalisation, Spread):
        numbers -= np.array(wanted.normalisation.mean, np.float32)
        numbers /= np.array(wanted.normalisation.std, np.float32)
    elif wanted.normalisation == "1/255":
        numbers *= np.float32(1 / 255)
    return _laid_out(numbers, wanted)


def _laid_out(numbers: npt.NDArray[Any], wanted: Input) -> npt.NDArray[Any]:
    if wanted.layout == "NCHW":
        numbers = numbers.transpose(2, 0, 1)
    return np.ascontiguousarray(numbers)[None]
