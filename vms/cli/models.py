"""`vms models`: which networks this installation has, and whether they are what their manifests say."""

from pathlib import Path
from typing import Annotated

import typer

from detectors.check import manifests_in, run_once
from detectors.errors import DetectorError
from vms.cli.language import say
from vms.cli.options import Json
from vms.cli.output import error_as_json, print_error, print_json, print_table
from vms.places import models_folder

HELP = say("See and check the networks.", "查看和检查模型。")
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
        "Load each network, check its hash and shape, and run it once.",
        "逐个加载模型，核对哈希与形状，并试运行一次。",
    )
)
def check(models: Folder = None, json: Json = False) -> None:
    folder = models or models_folder()
    failed = False
    for manifest in manifests_in(folder):
        try:
            took_ms = run_once(folder, manifest)
        except DetectorError as error:
            failed = True
            if json:
                print_json("model", {"name": manifest.name, "ok": False, "error": error_as_json(error)})
            else:
                print_error(error)
        else:
            if json:
                print_json("model", {"name": manifest.name, "ok": True, "run_ms": round(took_ms, 1)})
            else:
                typer.echo(f"{manifest.name}: {say('ok', '正常')}, {took_ms:.0f} ms")
    if failed:
        raise typer.Exit(1)
