"""What can go wrong between this server and an ONVIF device, and what is worth a warning though it works.

Each says what to do about it. An account is never in a message: not the password, and no address that holds one.
"""

from typing import ClassVar

from runtime.errors import VmsError


class OnvifError(VmsError):
    """The ONVIF device at {address} failed: {reason}. Check the device's log and firmware; it is tried again.

    ONVIF 设备 {address} 出错：{reason}。请检查设备日志和固件版本，系统会自动重试。
    """

    #: said to whoever asks a device for something: what they ask for cannot be had as it stands
    http_status: ClassVar[int] = 502


class OnvifRefused(OnvifError):
    """Nobody listens at {address}: the connection was refused. Check the address and the port of the web page (80 is usual), and that ONVIF is switched on.

    {address} 拒绝连接：该端口没有服务。请检查地址和网页端口（通常为 80），并确认设备已开启 ONVIF。
    """


class OnvifUnreachable(OnvifError):
    """{address} cannot be reached: {reason}. Check the address, the cable, the switch and the device's power.

    无法到达 {address}：{reason}。请检查地址、网线、交换机和设备电源。
    """


class OnvifTooSlow(OnvifError):
    """{address} did not finish its answer within {seconds} s. The device or the network is overloaded or hangs; restart the device if this stays so.

    {address} 未在 {seconds} 秒内答完。设备或网络过载或卡住；若持续如此，请重启设备。
    """


class OnvifHungUp(OnvifError):
    """{address} closed the connection in the middle of its answer. The device may be restarting; if this stays so, update its firmware.

    {address} 在应答中途断开了连接。设备可能正在重启；若持续如此，请升级固件。
    """


class OnvifRedirected(OnvifError):
    """{address} sends callers on to {target}, which is not followed. Give the address and port where the device itself answers.

    {address} 要求转到 {target}，系统不予跟随。请填写设备本身应答的地址和端口。
    """


class NotAnOnvifDevice(OnvifError):
    """Something answers at {address}, but not as an ONVIF device: {reason}. Check the port, and that ONVIF is switched on in the device's web page.

    {address} 有应答，但不是 ONVIF 设备：{reason}。请检查端口，并在设备网页中开启 ONVIF。
    """


class OnvifUnreadable(OnvifError):
    """The answer of {address} cannot be used: {reason}. Update the device's firmware; do not use the device if you do not trust it.

    {address} 的应答无法使用：{reason}。请升级设备固件；若设备来源不可信，请勿使用。
    """


class OnvifUnauthorised(OnvifError):
    """The device at {address} refused the user name or password. Check both, and that the account is one of its ONVIF users: many makes keep those apart.

    设备 {address} 拒绝了用户名或密码。请核对两者，并确认该账号属于 ONVIF 用户（许多厂家单独管理）。
    """

    http_status = 422


class OnvifUnsupported(OnvifError):
    """The device at {address} cannot do this: {what}. Use the device's own page for it, or update its firmware.

    设备 {address} 不支持此功能：{what}。请使用设备自带网页，或升级固件。
    """

    http_status = 422


class OnvifFault(OnvifError):
    """The device at {address} refused {action}: {reason}. Check the request, and the device's log.

    设备 {address} 拒绝了 {action}：{reason}。请检查请求内容和设备日志。
    """

    http_status = 422


class PresetUnknown(OnvifError):
    """The device at {address} has no preset {preset}. List them: GET /api/v1/cameras/ID/ptz/presets.

    设备 {address} 没有预置位 {preset}。请先查看列表：GET /api/v1/cameras/ID/ptz/presets。
    """

    http_status = 404


class OnvifWarning(VmsError):
    """The device at {address} works, but: {reason}. See streams/onvif/README.md.

    设备 {address} 可用，但是：{reason}。请参阅 streams/onvif/README.md。
    """


class ClockWrong(OnvifWarning):
    """The clock of {address} is {seconds} s off, more than {most} s. Set it to this server's time (NTP), or recordings and events of the device carry wrong times.

    设备 {address} 的时钟相差 {seconds} 秒，超过 {most} 秒。请与本服务器校时（NTP），否则设备的录像和事件时间有误。
    """


class ClockUnknown(OnvifWarning):
    """{address} does not say what time it has, so requests are signed with this server's time. If it refuses a right password, set its clock.

    {address} 未提供时间，请求按本服务器时间签名。若密码正确却被拒绝，请校准设备时钟。
    """


class UriRewritten(OnvifWarning):
    """{address} names {host} as the place of its {what}; the device's own address is used instead. That is common behind NAT; correct the device's network settings if it is not.

    {address} 称其{what}位于 {host}，系统改用设备本身的地址。这在 NAT 后很常见；若并非如此，请更正设备的网络设置。
    """


class UriRefused(OnvifWarning):
    """{address} gives {uri} for its {what}, which is no address that can be used: {reason}. Give the address by hand.

    {address} 给出的{what}地址 {uri} 无法使用：{reason}。请手工填写地址。
    """


class PartMissing(OnvifWarning):
    """{address} did not give its {what}: {reason}. The rest is used; update the device's firmware if you need it.

    {address} 未提供{what}：{reason}。其余内容照常使用；如有需要请升级固件。
    """


class TooManyProfiles(OnvifWarning):
    """{address} has {found} stream profiles; only the first {most} are read. Delete those that nobody uses, or raise onvif.most_profiles.

    {address} 有 {found} 个码流配置，只读取前 {most} 个。请删除不用的配置，或调大 onvif.most_profiles。
    """
