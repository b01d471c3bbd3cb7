"""What can be wrong with a camera that somebody registers or changes: each named for what it is, with what to do."""

from typing import ClassVar

from runtime.errors import VmsError


class CameraError(VmsError):
    """The camera cannot be registered: {reason}. See vms/cameras/README.md.

    摄像机无法登记：{reason}。请参阅 vms/cameras/README.md。
    """

    http_status: ClassVar[int] = 422


class CameraUnknown(CameraError):
    """There is no camera {camera}. List them: vms cameras list, or GET /api/v1/cameras.

    没有摄像机 {camera}。请查看列表：vms cameras list 或 GET /api/v1/cameras。
    """

    http_status = 404


class CameraAmbiguous(CameraError):
    """Several cameras are named {camera}: numbers {numbers}. Name the one you mean by its number or its code.

    有多台名为 {camera} 的摄像机：编号 {numbers}。请用编号或编码指明。
    """


class CameraNameTaken(CameraError):
    """{unit} already has a camera named {name}. Give it another name.

    {unit} 已有名为 {name} 的摄像机，请换一个名称。
    """

    http_status = 409


class CameraCodeTaken(CameraError):
    """The code {code} belongs to the camera {name} already. Correct one of the two.

    编码 {code} 已属于摄像机 {name}。请更正其中之一。
    """

    http_status = 409


class VersionStale(CameraError):
    """The camera is at version {found}, and the change is meant for version {expected}: somebody else changed it. Read it again, then change it.

    摄像机已是第 {found} 版，而此次修改针对第 {expected} 版：已有他人修改。请重新读取后再改。
    """

    http_status = 412


class VersionMissing(CameraError):
    """The change does not say which version it is meant for. Read the camera and send its ETag as If-Match.

    请求未注明所修改的版本。请先读取摄像机，并以其 ETag 作为 If-Match 发送。
    """

    http_status = 428


class VersionUnreadable(CameraError):
    """If-Match is {text}, which is no version of a camera. Send the ETag as it was given, such as "3".

    If-Match 为 {text}，不是摄像机的版本。请原样发送所得的 ETag，例如 "3"。
    """

    http_status = 400


class TextInvalid(CameraError):
    """ "{text}" cannot be used here: it must be at most {most} letters on one line, without control characters. Shorten or correct it.

    “{text}”不能用于此处：最多 {most} 字，单行，不含控制字符。请缩短或更正。
    """


class CameraNameMissing(CameraError):
    """The camera has no name. Give it the name by which the room knows it.

    摄像机没有名称。请填写值班室所称的名称。
    """


class CodeInvalid(CameraError):
    """{code} is not a GB/T 28181 code: that has 20 digits. Correct it or leave it out.

    {code} 不是有效的 GB/T 28181 编码：应为 20 位数字。请更正，或不填。
    """


class CodeOfAnotherKind(CameraError):
    """Digits 11 to 13 of {code} are {kind}, which is no camera in GB/T 28181: a camera has 131, a network camera 132. Check which device it belongs to.

    编码 {code} 的第 11 至 13 位为 {kind}，在 GB/T 28181 中不是摄像机：摄像机为 131，网络摄像机为 132。请核对所属设备。
    """


class PlaceForbidden(CameraError):
    """No camera may stand in a place of the kind "{kind}": article 8 of State Council Decree 799 forbids it. Do not register it; take it down.

    “{kind}”属于国务院令第 799 号第八条禁止安装图像采集设备的场所，不予登记。请拆除该设备。
    """


class PlaceKindUnknown(CameraError):
    """ "{kind}" is no kind of place that this program knows. Use one of: {known}.

    “{kind}”不是可用的场所类型。可用的有：{known}。
    """


class PlaceKindNeeded(CameraError):
    """ "{text}" speaks of a place where article 8 of State Council Decree 799 forbids cameras ({word}). Say which kind of place the camera looks at; inside such a place it may not stand.

    “{text}”提到了国务院令第 799 号第八条禁止安装的场所（{word}）。请填写摄像机所看的场所类型；此类场所内部不得安装。
    """


class PlaceCategoryUnknown(CameraError):
    """ "{category}" is no category of place. Use one of: {known}.

    “{category}”不是可用的场所类别。可用的有：{known}。
    """


class RetentionTooShort(CameraError):
    """Recordings of such a place are kept {floor} days or longer (article 17 of State Council Decree 799), not {days}. Give {floor} or more.

    此类场所的录像应保存不少于 {floor} 日（国务院令第 799 号第十七条），不能为 {days} 日。请填写 {floor} 或以上。
    """


class RetentionInvalid(CameraError):
    """Recordings cannot be kept {days} days: a number from 1 to {most} is needed. Correct it.

    录像保存天数不能为 {days}：应为 1 至 {most} 的整数。请更正。
    """


class OnvifPortInvalid(CameraError):
    """{port} is no port: a number from 1 to 65535 is needed, 80 being usual for ONVIF. Correct it.

    {port} 不是有效的端口：应为 1 至 65535 的整数，ONVIF 通常为 80。请更正。
    """


class OnvifPortMissing(CameraError):
    """Of the camera {camera} no ONVIF port is known, so it cannot be asked for this. Set it: vms cameras set {camera} onvif_port=80

    摄像机 {camera} 未填写 ONVIF 端口，无法执行此操作。请设置：vms cameras set {camera} onvif_port=80
    """

    http_status: ClassVar[int] = 409


class PositionInvalid(CameraError):
    """({longitude}, {latitude}) is no position: longitude from -180 to 180 and latitude from -90 to 90 are needed, both or neither. Correct it.

    （{longitude}，{latitude}）不是有效的坐标：经度 -180 至 180，纬度 -90 至 90，须同时填写或同时不填。请更正。
    """


class AddressRefused(CameraError):
    """{host} is outside the networks that cameras may be in ({networks}). Correct the address, or add its network to cameras.networks.

    {host} 不在摄像机允许的网段（{networks}）之内。请更正地址，或将网段加入设置 cameras.networks。
    """


class AddressOfMetadata(CameraError):
    """{host} is where a cloud tells its machines their secrets, never a camera. Correct the address.

    {host} 是云平台的元数据地址，不是摄像机。请更正地址。
    """


class HostNameRefused(CameraError):
    """{host} is a name, and names may come to mean another address later. Write the camera's address in numbers, or allow the name in cameras.host_names.

    {host} 是主机名，其指向可能改变。请填写摄像机的数字地址，或在设置 cameras.host_names 中允许该名称。
    """


class AddressUnreadable(CameraError):
    """{address} is no address of a device. Write a host such as 10.0.3.17, without scheme, port or path.

    {address} 不是有效的设备地址。请只填写主机，例如 10.0.3.17，不含协议、端口和路径。
    """


class ProfileMissing(CameraError):
    """The camera has no sub stream that could be used for this. Give it one (sub_url), or choose the main stream.

    此摄像机没有可用的子码流。请填写子码流地址，或选用主码流。
    """


class ProfileChoiceUnknown(CameraError):
    """ "{text}" names no stream here. Use one of: {known}.

    “{text}”不是可用的码流选项。可用的有：{known}。
    """


class RuleHoursUnreadable(CameraError):
    """ "{text}" says no hours of rules. Write a rule and its hours, such as crowd 07:00-22:00; fall mon-fri 22:00-06:00, or none.

    “{text}”不是有效的规则时段。请写规则及其时段，例如 过密 07:00-22:00；跌倒 周一-周五 22:00-06:00，或填“无”。
    """


class ZonesUnreadable(CameraError):
    """The zones cannot be read: {reason}. Write a list such as [{{"name": "square", "polygon": [[0, 0.3], [1, 0.3], [1, 1]], "rules": ["crowd"], "crowd_limit": 8}}].

    区域无法读取：{reason}。请写成列表，例如 [{{"name": "广场", "polygon": [[0, 0.3], [1, 0.3], [1, 1]], "rules": ["crowd"], "crowd_limit": 8}}]。
    """


class MasksUnreadable(CameraError):
    """The privacy masks cannot be read: {reason}. Write the corners of each, 0 to 1 of the picture, such as 0,0 0.3,0 0.3,0.2; 0.8,0.9 1,0.9 1,1, or none.

    隐私遮挡无法读取：{reason}。请写出每块的顶点，取画面的 0 至 1，例如 0,0 0.3,0 0.3,0.2; 0.8,0.9 1,0.9 1,1，或填“无”。
    """


class MasksTooMany(CameraError):
    """{count} privacy masks are drawn, a camera has at most {most}. Leave some out or join them.

    共绘制了 {count} 块隐私遮挡，每台摄像机最多 {most} 块。请删除或合并一部分。
    """


class ProbeTargetUnreadable(CameraError):
    """{target} is nothing that can be looked at. Write rtsp://host/path for a stream, or the host of a device such as 10.0.3.17 or 10.0.3.17:8000, with user and password given apart.

    {target} 无法探测。视频流请写 rtsp://主机/路径；设备请写主机，例如 10.0.3.17 或 10.0.3.17:8000，用户名和密码另行填写。
    """


class ProbesBusy(CameraError):
    """{most} cameras are being looked at already. Try again in half a minute.

    已有 {most} 个探测正在进行。请半分钟后再试。
    """

    http_status = 429


class NoChannel(CameraError):
    """The device at {address} names no stream of H.264 or H.265 that can be read. Create one in its web page, or give the address of the stream (rtsp://…).

    设备 {address} 没有可读取的 H.264 或 H.265 码流。请在其网页中添加，或直接填写视频流地址（rtsp://…）。
    """


class ChannelUnknown(CameraError):
    """The device at {address} has {count} channels, and no number {channel}. Name one of them: vms cameras probe {address} lists them.

    设备 {address} 有 {count} 个通道，没有第 {channel} 通道。请填写其中之一：vms cameras probe {address} 可列出。
    """


class CursorInvalid(CameraError):
    """{cursor} is no cursor. Take the one that came with the page before, or none for the first page.

    {cursor} 不是有效的游标。请使用上一页返回的游标，首页不填。
    """

    http_status = 400
