"""What keeps recordings from being repaired."""

from runtime.errors import VmsError


class RecordingsFolderEmpty(VmsError):
    """There is not one recording in {folder}: its disk may not be mounted. Nothing was repaired; mount it and try again.

    {folder} 中没有任何录像，磁盘可能未挂载。未作修复，请挂载后重试。
    """

    http_status = 409
