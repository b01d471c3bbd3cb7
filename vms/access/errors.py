"""Why a recording is not shown or handed out."""

from runtime.errors import VmsError


class AccessError(VmsError):
    """The recording may not be had.

    不能查阅该录像。
    """

    http_status = 403


class AccessNeeded(AccessError):
    """Recordings are only shown with an access. Make one with POST /api/v1/accesses, or vms access request, and name its id.

    查阅录像须先登记。请通过 POST /api/v1/accesses 或 vms access request 登记，并提供登记编号。
    """


class AccessUnknown(AccessError):
    """There is no access {access_id}. Make one with POST /api/v1/accesses, or vms access request.

    没有编号为 {access_id} 的查阅登记，请重新登记。
    """

    http_status = 404


class AccessExpired(AccessError):
    """Access {access_id} is over since {since}. Make a new one.

    查阅登记 {access_id} 已于 {since} 失效，请重新登记。
    """


class AccessNotForCamera(AccessError):
    """Access {access_id} is not for camera {camera_id}. Make one that names it.

    查阅登记 {access_id} 不包括摄像机 {camera_id}，请重新登记。
    """


class AccessNotForRange(AccessError):
    """Access {access_id} is for {start} to {end} only. Ask for less, or make one for the range that is needed.

    查阅登记 {access_id} 仅限 {start} 至 {end}，请缩小范围或重新登记。
    """


class AccessMasked(AccessError):
    """Camera {camera_id} has privacy masks, and access {access_id} is not for unmasked pictures. Ask for a masked copy, or make an access that says why.

    摄像机 {camera_id} 设有隐私遮挡，查阅登记 {access_id} 未含无遮挡画面。请申请遮挡副本，或说明理由重新登记。
    """


class AccessInvalid(VmsError):
    """The access is not as it must be.

    登记内容不符合要求。
    """

    http_status = 422


class AccessFieldMissing(AccessInvalid):
    """{field} is missing: article 16 of State Council Decree 799 asks who looks at recordings, for whom and why.

    缺少 {field}：国务院令第 799 号第十六条要求登记查阅人、单位和事由。
    """


class AccessTextUnusable(AccessInvalid):
    """{field} is not usable: at most {most} characters, and no control characters.

    {field} 无法使用：最多 {most} 个字符，且不得含控制字符。
    """


class DocumentNumberMissing(AccessInvalid):
    """The number of the document is missing: article 20 of State Council Decree 799 asks a state organ for one.

    缺少法律文书编号：国务院令第 799 号第二十条要求国家机关调取时提供。
    """


class AccessCamerasMissing(AccessInvalid):
    """The access names no camera. Name at least one.

    登记未指定摄像机，请至少指定一路。
    """


class AccessCameraUnknown(AccessInvalid):
    """There is no camera {camera_id}. vms cameras list shows which there are.

    没有编号为 {camera_id} 的摄像机。可用 vms cameras list 查看。
    """


class AccessRangeInvalid(AccessInvalid):
    """The range must end after it starts, and is at most {most} days. Make several for more.

    时间范围的结束须晚于开始，且最长 {most} 天。需要更多请分次登记。
    """


class AccessTooLong(AccessInvalid):
    """An access lasts more than 0 and at most {most} hours. Make a new one after that.

    登记有效期须大于 0 且不超过 {most} 小时，到期后请重新登记。
    """
