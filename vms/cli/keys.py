"""`vms keys show|rotate`: the key under which the cameras' passwords lie, and a new one."""

from typing import Annotated

import typer

from runtime.clock import SystemClock
from runtime.vault import KeyFact, Vault
from vms.bootstrap import Storage
from vms.cli.language import say
from vms.cli.options import Author, Config, Data, DatabaseUrl, Json, author_of
from vms.cli.output import console, print_json, print_table
from vms.cli.storage import with_storage
from vms.data_folder import open_data_folder
from vms.settings import load_settings
from vms.signing.signature import PublicKey

HELP = say("The key under which the cameras' passwords lie.", "加密摄像机密码的密钥。")
app = typer.Typer(no_args_is_help=True)


@app.command(
    help=say(
        "Show which keys there are and how old; never the keys.", "显示密钥的标识和时间，不显示密钥本身。"
    )
)
def show(data: Data = None, config: Config = None, json: Json = False) -> None:
    path = open_data_folder(load_settings(config, data=data).data).key
    keys = Vault.open(path).keys if path.exists() else []
    if json:
        for key in keys:
            print_json("key", _as_json(key) | {"encrypts": key is keys[0]})
        return
    if not keys:
        console.print(say("No key yet: one is made with the first start.", "尚无密钥：首次启动时生成。"))
        return
    print_table(
        [say("id", "标识"), say("made", "生成时间"), say("days", "天数"), say("use", "用途")],
        [
            (
                key.id,
                f"{key.made_at.astimezone():%Y-%m-%d %H:%M}" if key.made_at else say("unknown", "不详"),
                "" if (days := _days(key)) is None else str(days),
                say("encrypts", "加密") if key is keys[0] else say("only reads", "仅用于解密"),
            )
            for key in keys
        ],
    )
    if len(keys) > 1:
        console.print(
            say(
                "A rotation was not finished: vms keys rotate goes on.",
                "有未完成的更换：请运行 vms keys rotate。",
            )
        )


@app.command(
    help=say(
        "Print the public key that verifies what this house signed, as PEM; its id stands above it.",
        "输出用于核验签名的公钥（PEM），首行为密钥标识。",
    )
)
def public(
    key_id: Annotated[str | None, typer.Argument(help=say("Of an older key.", "旧密钥的标识。"))] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> list[PublicKey]:
        await storage.evidence.signing.begin()
        return await storage.evidence.signing.public_keys()

    keys = with_storage(load_settings(config, data=data, database=database), work)
    found = next((key for key in keys if key_id in (None, key.id)), None)
    if found is None:
        raise typer.BadParameter(say("There is no key {}.", "没有密钥 {}。").format(key_id))
    if json:
        for key in keys:
            print_json(
                "signing_key",
                {
                    "id": key.id,
                    "pem": key.pem,
                    "made_at": key.made_at.isoformat(),
                    "signs": key.retired_at is None,
                },
            )
    else:
        print(f"{found.id}\n{found.pem}", end="")


@app.command(
    help=say(
        "Make a new key and encrypt every password anew. A running server goes on with it.",
        "生成新密钥并重新加密全部密码。运行中的服务会自动使用新密钥。",
    )
)
def rotate(
    signing: Annotated[
        bool,
        typer.Option(
            "--signing",
            help=say("A new key that signs, instead.", "改为更换签名密钥。"),
        ),
    ] = False,
    author: Author = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    settings = load_settings(config, data=data, database=database)
    if signing:
        key = with_storage(
            settings, lambda storage: storage.evidence.signing.rotate(author=author_of(author))
        )
        if json:
            print_json("signing_key", {"id": key.id, "pem": key.pem})
        else:
            console.print(
                say(
                    "Key {} signs from now on; what the old one signed can still be verified.",
                    "今后由密钥 {} 签名；旧签名仍可核验。",
                ).format(key.id)
            )
        return
    done = with_storage(
        settings, lambda storage: storage.registry.key_rotation.rotate(author=author_of(author))
    )
    if json:
        print_json(
            "rotated",
            {
                "key": _as_json(done.key),
                "renewed": done.renewed,
                "unreadable": done.unreadable,
                "resumed": done.resumed,
            },
        )
        return
    console.print(
        say(
            "{} passwords are under the new key {}. Back up the key file now: {}",
            "{} 个密码已用新密钥 {} 加密。请立即备份密钥文件：{}",
        ).format(done.renewed, done.key.id, open_data_folder(settings.data).key),
        markup=False,
    )
    if done.unreadable:
        console.print(
            say(
                "{} passwords could not be read with any key, before or now: enter them again.",
                "{} 个密码此前已无法解密，请重新填写。",
            ).format(done.unreadable),
            style="red",
        )


def _days(key: KeyFact) -> int | None:
    return None if key.made_at is None else max(0, (SystemClock().now() - key.made_at).days)


def _as_json(key: KeyFact) -> dict[str, object]:
    return {"id": key.id, "made_at": key.made_at.isoformat() if key.made_at else None, "days": _days(key)}
