"""`vms cameras reference`: have the picture that a camera's view is compared with taken anew."""

from vms.bootstrap import Storage
from vms.cli.camera_changes import Reference
from vms.cli.language import say
from vms.cli.options import Config, Data, DatabaseUrl, Json
from vms.cli.output import console, print_json
from vms.cli.storage import with_storage
from vms.settings import load_settings

HELP = say(
    "Take the reference picture anew: how a camera looks now is how it should look.",
    "重新采集基准画面：以摄像机当前画面为准。",
)


def reference(
    camera: Reference,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Config = None,
    json: Json = False,
) -> None:
    async def work(storage: Storage) -> tuple[int, int]:
        camera_id = await storage.registry.editor.find(camera)
        return camera_id, storage.views.remove(camera_id)

    camera_id, removed = with_storage(load_settings(config, data=data, database=database), work)
    if json:
        print_json("reference", {"camera": camera_id, "removed": removed})
    elif removed:
        console.print(
            say(
                "Forgot how camera {} looked; a running server takes a new picture within half a minute.",
                "已清除摄像机 {} 的基准画面；运行中的服务将在半分钟内重新采集。",
            ).format(camera_id)
        )
    else:
        console.print(
            say(
                "Camera {} has no reference picture yet: it takes one when its view is seen clearly.",
                "摄像机 {} 还没有基准画面：画面清晰时会自动采集。",
            ).format(camera_id)
        )
