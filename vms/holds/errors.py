"""What keeps a hold from being placed or released."""

from runtime.errors import VmsError


class HoldError(VmsError):
    """The hold cannot be had so.

    无法按此设置保全。
    """

    http_status = 422


class HoldUnknown(HoldError):
    """There is no hold {hold_id}. vms holds list shows which there are.

    没有编号为 {hold_id} 的保全。可用 vms holds list 查看。
    """

    http_status = 404


class HoldRangeInvalid(HoldError):
    """A hold must end after it starts, and expire after now. Correct the times.

    保全的结束时间须晚于开始，到期时间须晚于现在。请修正。
    """


class HoldFieldMissing(HoldError):
    """{field} is missing: a hold names its cameras, its reason and its owner.

    缺少 {field}：保全须写明摄像机、事由和责任人。
    """


class HoldCameraUnknown(HoldError):
    """There is no camera {camera_id}. vms cameras list shows which there are.

    没有编号为 {camera_id} 的摄像机。可用 vms cameras list 查看。
    """


class HoldReleased(HoldError):
    """Hold {hold_id} was released already, by {released_by}.

    保全 {hold_id} 已由 {released_by} 解除。
    """

    http_status = 409


class HoldNeedsAnother(HoldError):
    """Hold {hold_id} can only be released by another person than its owner {owner}.

    保全 {hold_id} 须由责任人 {owner} 以外的人员解除。
    """

    http_status = 409
