"""Why a recording is not played."""

from runtime.errors import VmsError


class PlaybackError(VmsError):
    """The recording cannot be played.

    录像无法回放。
    """

    http_status = 422


class PlaybackUnknown(PlaybackError):
    """There is no playback {playback_id} here, or it was not asked for in a long time. Make a new one with POST /api/v1/playbacks.

    没有编号为 {playback_id} 的回放，或因长时间未使用已结束。请通过 POST /api/v1/playbacks 重新创建。
    """

    http_status = 404


class PlaybackCameraUnknown(PlaybackError):
    """Playback {playback_id} does not show camera {camera_id}. Make one that names it.

    回放 {playback_id} 不包括摄像机 {camera_id}，请重新创建。
    """

    http_status = 404


class PlaybackRangeInvalid(PlaybackError):
    """The range must end after it starts, lie in the past, and last at most {most} hours. Make several for more.

    时间范围的结束须晚于开始，且须为过去时间，最长 {most} 小时。需要更多请分次回放。
    """


class PlaybackCamerasInvalid(PlaybackError):
    """A playback shows 1 to {most} cameras. Make several for more.

    一次回放须包含 1 至 {most} 路摄像机，需要更多请分次创建。
    """


class PlaybackFileUnknown(PlaybackError):
    """File {seq} is not part of what this playback shows of camera {camera_id}. Take the addresses from its playlist.

    该回放中摄像机 {camera_id} 没有文件 {seq}，请使用播放列表中的地址。
    """

    http_status = 404


class RecordingGone(PlaybackError):
    """File {seq} of camera {camera_id} is not on the disk any more. The timeline says what is left, vms recordings check what is wrong.

    摄像机 {camera_id} 的文件 {seq} 已不在磁盘上。剩余录像见时间线，可用 vms recordings check 检查。
    """

    http_status = 404


class BytesNotShown(PlaybackError):
    """A player asks for one part of the file at a time, as the playlist names them (Range: bytes=from-to), and for no other.

    播放器须按播放列表逐段请求（Range: bytes=起-止），不得请求其他部分。
    """

    http_status = 416


class TooManyThumbnails(PlaybackError):
    """A strip has 1 to {most} pictures. Ask for less.

    缩略图一次须为 1 至 {most} 张，请减少数量。
    """
