"""What can go wrong with an alert."""

from runtime.errors import VmsError


class AlertError(VmsError):
    """The alert could not be handled.

    警情处理失败。
    """


class AlertUnknown(AlertError):
    """There is no alert {alert_id}. Reload the wall.

    没有编号为 {alert_id} 的警情，请刷新页面。
    """

    http_status = 404


class AlertAlreadyTaken(AlertError):
    """Alert {alert_id} was already taken by {taken_by}. Speak to them if you are there too.

    警情 {alert_id} 已由 {taken_by} 接警。如您也在处理，请与其联系。
    """

    http_status = 409


class AlertTransitionRefused(AlertError):
    """Alert {alert_id} is {state}: it cannot be changed by "{verb}" now. Reload the wall to see what happened.

    警情 {alert_id} 当前状态为 {state}，不能执行“{verb}”。请刷新页面查看最新情况。
    """

    http_status = 409


class RoomUnknown(AlertError):
    """There is no room {room_id}. Choose one of the rooms that are listed.

    没有编号为 {room_id} 的值班室，请从列表中选择。
    """

    http_status = 404


class SnapshotUnknown(AlertError):
    """Alert {alert_id} has no picture.

    警情 {alert_id} 没有截图。
    """

    http_status = 404


class StripUnknown(AlertError):
    """Event {event_id} has no strip of pictures.

    事件 {event_id} 没有连续截图。
    """

    http_status = 404


class EventRefused(AlertError):
    """The event {event_id} names a camera or a zone that no longer exists; it is set aside in {path}.

    事件 {event_id} 所属的摄像机或区域已不存在，已另存于 {path}。
    """


class JournalFull(AlertError):
    """The journal in {folder} holds {capacity} events and cannot take more: events are being lost. Bring the database back.

    {folder} 中的事件暂存已满（{capacity} 条），新事件正在丢失。请尽快恢复数据库。
    """


class JournalUnwritable(AlertError):
    """The journal in {folder} cannot be written: {reason}. Free space or fix the permissions: events are being lost.

    {folder} 中的事件暂存无法写入：{reason}。请释放空间或修正权限，新事件正在丢失。
    """
