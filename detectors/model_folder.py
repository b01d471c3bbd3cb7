"""A network and its manifest put into the folder of the models: both, proved as for use, or nothing."""

import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from detectors.check import run_once
from detectors.errors import ModelFolderMissing
from detectors.manifest import Manifest, Output, Spread, manifests_in, read_manifest
from detectors.proposal_errors import ModelFolderUnwritable, ModelNameTaken, ModelNameUnusable

_NAME = re.compile(r"\w[\w.-]*")


def usable_name(folder: Path, name: str) -> str:
    """Raises: ModelFolderMissing, ModelNameUnusable, ModelNameTaken, or what is wrong with a manifest of the folder."""
    if not folder.is_dir():
        raise ModelFolderMissing(path=folder)
    if not _NAME.fullmatch(name):
        raise ModelNameUnusable(name=name)
    files = (folder / f"{name}.onnx", folder / f"{name}.toml")
    if any(file.exists() for file in files) or any(one.name == name for one in manifests_in(folder)):
        raise ModelNameTaken(name=name, path=folder)
    return name


def put(folder: Path, file: Path, manifest: Manifest) -> Path:
    """Copy `file` and write its manifest; the path of the manifest.

    The two are made in a folder aside and moved once they have been read back and run: nobody sees half of them.
    Raises: ModelFolderUnwritable, or the DetectorError of what does not hold.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=folder) as aside:
            return _put(folder, file, manifest, Path(aside))
    except OSError as error:
        raise ModelFolderUnwritable(path=folder, reason=error.strerror or str(error)) from error


def _put(folder: Path, file: Path, manifest: Manifest, aside: Path) -> Path:
    network, text = aside / manifest.file, aside / f"{manifest.name}.toml"
    shutil.copyfile(file, network)
    text.write_text(manifest_text(manifest), encoding="utf-8")
    run_once(aside, read_manifest(text))
    moved = network.replace(folder / network.name)
    try:
        return text.replace(folder / text.name)
    except OSError:
        moved.unlink(missing_ok=True)
        raise


def manifest_text(manifest: Manifest) -> str:
    """As TOML, with a word on what an operator may want to change."""
    fed, thresholds = manifest.input, manifest.thresholds
    lines = [
        "# How this network is fed and how its answer is read: proposed by `vms models add`, to be corrected by who knows it.",
        *_keys(name=manifest.name, file=manifest.file, sha256=manifest.sha256, decoding=manifest.decoding),
        "# in the network's order; the one named person is counted",
        f"classes = {_list(manifest.classes)}",
        "",
        "[source]",
        *_keys(**{key: word for key, word in manifest.source.model_dump().items() if word}),
        "",
        "[input]",
        *_keys(name=fed.name),
        *_size_input(fed.size_name),
        *_keys(type=fed.type, layout=fed.layout),
        "# RGB or BGR",
        *_keys(colour=fed.colour),
        '# "in the graph" (fed 0 to 255), "1/255", or { mean = [a, b, c], std = [d, e, f] }',
        f"normalisation = {_normalisation(fed.normalisation)}",
        "# grey beside the picture, 0 to 255",
        f"fill = {fed.fill}",
        f"height = {fed.height}",
        f"width = {fed.width}",
        "",
        "[output]",
        *_output(manifest.output),
        *_scale(manifest),
        "",
        *(line for output in manifest.further for line in ("[[further]]", *_output(output), "")),
        "[thresholds]",
        "# below it a person is not reported",
        f"score = {thresholds.score}",
    ]
    if manifest.task == "pose":
        lines += ["# below it a keypoint is a guess and is not used", f"keypoint = {thresholds.keypoint}"]
    if manifest.form.doubles:
        lines += [
            "# boxes that overlap more than this (IoU) are one person",
            f"overlap = {thresholds.overlap}",
        ]
    return "\n".join(lines) + "\n"


def _size_input(name: str) -> list[str]:
    return (
        ["# the second input, told the width and height of the first", *_keys(size_name=name)] if name else []
    )


def _output(output: Output) -> list[str]:
    note = ["# 0: any number"] if 0 in output.shape else []
    return [*_keys(name=output.name), *note, f"shape = {list(output.shape)}"]


def _scale(manifest: Manifest) -> list[str]:
    if manifest.form.kind != "density":
        return []
    return ["# what the numbers are divided by to give persons", f"scale = {manifest.output.scale}"]


def _keys(**words: str) -> list[str]:
    return [f"{key} = {_quoted(word)}" for key, word in words.items()]


def _quoted(word: str) -> str:
    """A JSON string is a TOML string, but for DEL, which TOML wants escaped."""
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(words: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"


def _normalisation(value: str | Spread) -> str:
    if isinstance(value, Spread):
        return f"{{ mean = {list(value.mean)}, std = {list(value.std)} }}"
    return _quoted(value)
