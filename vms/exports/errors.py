"""What keeps an export from being made."""

from runtime.errors import VmsError


class ExportError(VmsError):
    """The export failed.

    导出失败。
    """

    http_status = 409


class ExportUnknown(ExportError):
    """There is no export {export_id}. GET /api/v1/exports shows which there are.

    没有编号为 {export_id} 的导出。
    """

    http_status = 404


class ExportEmpty(ExportError):
    """There is no recording of these cameras in that time. Look at the timeline: it says what is missing and why.

    所选时间内没有这些摄像机的录像。请查看时间轴了解缺失原因。
    """

    http_status = 422


class ExportNotDone(ExportError):
    """Export {export_id} is {state}: there is no file to download.

    导出 {export_id} 当前状态为 {state}，没有可下载的文件。
    """


class ExportTooMany(ExportError):
    """{waiting} exports are waiting already, and at most {most} may. Try again when some are done.

    已有 {waiting} 个导出在排队，上限为 {most} 个。请稍后再试。
    """

    http_status = 429


class ExportNoRoom(ExportError):
    """The export takes about {needed} MB, and {free} MB may be used on the disk. Ask for less, or make room.

    导出约需 {needed} MB，磁盘可用 {free} MB。请缩小范围或腾出空间。
    """

    http_status = 507


class ExportCancelled(ExportError):
    """Export {export_id} was cancelled.

    导出 {export_id} 已取消。
    """
