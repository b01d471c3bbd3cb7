"""What can be wrong with a question about health."""

from vms.errors import ApplicationError


class MonthInvalid(ApplicationError):
    """ "{month}" is not a month that has begun. Write it as 2026-11.

    “{month}”不是已开始的月份。请写成 2026-11。
    """

    http_status = 422
