"""`vms evidence verify`: a package of evidence, without server, database or network."""

from pathlib import Path
from typing import Annotated

import typer

from vms.cli.language import LANGUAGE, say
from vms.cli.options import Json
from vms.cli.output import console, print_json
from vms.evidence.verification import Verified, verify_package

HELP = say("Packages of evidence.", "录像证据包。")
app = typer.Typer(no_args_is_help=True)


@app.callback()
def evidence() -> None:
    """Keeps `verify` a command of its own."""


@app.command(
    help=say(
        "Verify a package without the server: what was altered, down to one bit. Exit status 1 where something was.",
        "离线核验证据包：指出被改动的文件、录像段或字段。发现问题时退出码为 1。",
    )
)
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help=say("The package.", "证据包文件。"))],
    key: Annotated[
        str | None,
        typer.Option(
            help=say(
                "Id of the key that must have signed it: ask for it by another way (vms keys public).",
                "签名密钥标识：请另行向出具单位取得（vms keys public）。",
            )
        ),
    ] = None,
    json: Json = False,
) -> None:
    found = verify_package(file, key=key)
    if json:
        print_json("verified", _as_json(found))
    else:
        _print(found, key)
    if not found.sound:
        raise typer.Exit(1)


def _print(found: Verified, key: str | None) -> None:
    for fault in found.faults:
        console.print("✗ " + (fault.zh if LANGUAGE == "zh" else fault.en), style="red", markup=False)
    for path in found.altered_before:
        console.print(
            "! "
            + say(
                "recorded file {} had been altered before the package was made; the package says so",
                "录像文件 {} 在导出前已被改动，证据包中已注明",
            ).format(path),
            style="yellow",
            markup=False,
        )
    if found.sound:
        console.print(
            say(
                "✓ as it was made on {}: {} files, {} recorded files, {} fragments; signed with key {}",
                "✓ 与 {} 出具时一致：{} 个文件、{} 段录像、{} 个片段；签名密钥 {}",
            ).format(found.made_at, found.files, found.segments, found.fragments, found.key_id),
            markup=False,
        )
        if key is None:
            console.print(
                say(
                    "Whose key that is, the package cannot prove: compare its id, or give it with --key.",
                    "证据包本身不能证明密钥属于谁：请核对密钥标识，或用 --key 指定。",
                )
            )


def _as_json(found: Verified) -> dict[str, object]:
    return {
        "sound": found.sound,
        "key_id": found.key_id,
        "made_at": found.made_at,
        "files": found.files,
        "segments": found.segments,
        "fragments": found.fragments,
        "altered_before": list(found.altered_before),
        "faults": [
            {"wrong": fault.wrong, "where": fault.where, "message": {"en": fault.en, "zh": fault.zh}}
            for fault in found.faults
        ],
    }
