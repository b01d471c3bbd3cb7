"""What cannot be read of a timeline."""

from runtime.errors import VmsError


class TimelineRangeInvalid(VmsError):
    """The range must end after it starts, and is at most {most} days. Ask for less at a time.

    时间范围的结束须晚于开始，且最长 {most} 天。请缩小范围。
    """

    http_status = 422
