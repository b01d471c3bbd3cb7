"""`vms models`: which networks this installation has, whether they are what their manifests say, and one more of them."""

from pathlib import Path
from typing import Annotated

import typer

from detectors.check import draw_found, look_once, read_picture, run_once, write_picture
from detectors.decoding import DECODINGS
from detectors.detection import Detection
from detectors.errors import DetectorError
from detectors.manifest import Manifest, known_decoding, manifests_in
from detectors.model_folder import put, usable_name
from detectors.proposal import Wish, propose
from detectors.settings import DetectorSettings
from vms.cli.language import say
from vms.cli.options import Json
from vms.cli.output import print_error, print_json, print_table
from vms.places import models_folder

HELP = say("See, check and add networks.", "查看、检查和添加模型。")
_POSE_SIZE = DetectorSettings().pose_size
app = typer.Typer(no_args_is_help=True)

Folder = Annotated[
    Path | None, typer.Option("--models", help=say("Folder of the models.", "模型目录。"), show_default=False)
]


@app.command("list", help=say("List the networks with source and licence.", "列出模型及其来源和许可。"))
def list_models(models: Folder = None, json: Json = False) -> None:
    manifests = manifests_in(models or models_folder())
    if json:
        for manifest in manifests:
            print_json("model", manifest.model_dump(mode="json"))
        return
    print_table(
        [
            say("name", "名称"),
            say("decoding", "解码"),
            say("licence", "许可"),
            "sha256",
            say("source", "来源"),
        ],
        [
            (
                manifest.name,
                manifest.decoding,
                manifest.source.licence,
                manifest.sha256[:12],
                f"{manifest.source.package} {manifest.source.version}",
            )
            for manifest in manifests
        ],
    )


@app.command(
    help=say(
        "Take in a network of your own: its file is read and tried, and its manifest is written.",
        "添加自己的模型：读取并试运行文件，并写出模型清单。",
    )
)
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE.onnx", help=say("The network.", "模型文件。"))],
    decode: Annotated[
        str, typer.Option(help=say(f"How its answer is read: {DECODINGS}.", f"解码方式：{DECODINGS}。"))
    ],
    name: Annotated[
        str | None,
        typer.Option(help=say("Its name here. [default: of the file]", "模型名称。[默认：文件名]")),
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help=say("Its licence, for the list.", "许可，用于列表。"))
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            metavar="N|WIDTHxHEIGHT",
            help=say(
                "Pixels of its input, where the file takes any.", "输入尺寸（像素），仅当文件不限尺寸时。"
            ),
        ),
    ] = None,
    person_class: Annotated[
        int | None,
        typer.Option(
            min=0,
            help=say("Which class is the person, from 0.", "人员类别的序号，从 0 起。"),
            show_default=False,
        ),
    ] = None,
    score: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help=say("Least score of a person.", "人员的最低分数。")),
    ] = None,
    models: Folder = None,
    json: Json = False,
) -> None:
    folder = models or models_folder()
    decoding = known_decoding(decode, asker="--decode")
    wish = Wish(
        name=usable_name(folder, name or file.stem),
        decoding=decoding,
        licence=licence,
        size=_sides(size) if size else None,
        person_class=person_class,
        score=score,
        command=f"vms models add {file.name} --decode {decoding}",
    )
    manifest = propose(file, wish)
    path = put(folder, file, manifest)
    if json:
        print_json("model", {**manifest.model_dump(mode="json"), "manifest": str(path)})
        return
    typer.echo(
        say(
            "{path} written. Look at it, try it with `vms models check --picture FILE.jpg --draw OUT.jpg`,"
            ' and use it with the setting analysis.{task}_model = "{name}".',
            "已写入 {path}。请检查其内容，用 `vms models check --picture 图片.jpg --draw 输出.jpg` 试用，"
            "并设置 analysis.{task}_model = “{name}”。",
        ).format(path=path, task=manifest.task, name=manifest.name)
    )


def _sides(text: str) -> tuple[int, int]:
    """Width and height. Raises: typer.BadParameter."""
    first, _, second = text.partition("x")
    try:
        width, height = int(first), int(second or first)
    except ValueError:
        width = height = 0
    if min(width, height) < 1:
        raise typer.BadParameter(say("use 416 or 640x384", "请写成 416 或 640x384"), param_hint="--size")
    return width, height


@app.command(
    help=say(
        "Load each network, check its hash and shape, run it once, and let it look at a picture.",
        "逐个加载模型，核对哈希与形状并试运行；可让其识别一张图片。",
    )
)
def check(
    models: Folder = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.jpg", help=say("Picture to look at.", "要识别的图片。"), show_default=False
        ),
    ] = None,
    draw: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.jpg",
            help=say("Write it with what each network sees.", "写出各模型识别结果的图片。"),
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    if draw is not None and picture is None:
        raise typer.BadParameter(say("needs --picture", "需要 --picture"), param_hint="--draw")
    folder = models or models_folder()
    frame = read_picture(picture) if picture is not None else None
    drawn, failed = [], False
    for manifest in manifests_in(folder):
        try:
            took_ms = run_once(folder, manifest)
            found = look_once(folder, manifest, frame, pose_size=_POSE_SIZE) if frame else None
        except DetectorError as error:
            failed = True
            if json:
                print_json("model", {"name": manifest.name, "ok": False, "error": error.as_json()})
            else:
                print_error(error)
        else:
            _print_checked(manifest, took_ms, found, json)
            if frame is not None and found is not None:
                drawn.append(draw_found(frame, manifest, found))
    if draw is not None and drawn:
        write_picture(drawn, draw)
    if failed:
        raise typer.Exit(1)


def _print_checked(
    manifest: Manifest, took_ms: float, found: tuple[Detection, ...] | None, json: bool
) -> None:
    if json:
        persons = {} if found is None else {"persons": [_as_json(detection) for detection in found]}
        print_json("model", {"name": manifest.name, "ok": True, "run_ms": round(took_ms, 1), **persons})
        return
    seen = "" if found is None else say(", {} persons", "，{} 人").format(len(found))
    typer.echo(f"{manifest.name}: {say('ok', '正常')}, {took_ms:.0f} ms{seen}")


def _as_json(detection: Detection) -> dict[str, object]:
    box = detection.box
    return {
        "box": [round(side, 1) for side in (box.left, box.top, box.right, box.bottom)],
        "score": round(detection.score, 3),
    }
