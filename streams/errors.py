"""What can go wrong between a camera and this server, each named for what happened and what to do about it."""

from runtime.errors import VmsError


class StreamError(VmsError):
    """The stream {url} failed: {reason}. Check the camera's log and firmware; it is tried again.

    视频流 {url} 失败：{reason}。请检查摄像机日志和固件版本，系统会自动重试。
    """

    #: said to whoever registers a camera: what they ask for cannot be done as it stands
    http_status = 422


class InvalidStreamUrl(StreamError):
    """{url} is not a stream address: {reason}. Write it as rtsp://host:554/path, with user and password given apart.

    {url} 不是有效的视频流地址：{reason}。请写成 rtsp://主机:554/路径，用户名和密码另行填写。
    """


class CameraUnauthorised(StreamError):
    """The camera at {url} refused the user name or password. Check both, and that the account may view live video.

    摄像机 {url} 拒绝了用户名或密码。请核对两者，并确认该账号有实时预览权限。
    """


class StreamPathNotFound(StreamError):
    """The camera at {url} answers, but has no stream at this path. Check the path in the camera's manual or web page.

    摄像机 {url} 有应答，但没有这个路径的视频流。请在摄像机说明书或网页中核对路径。
    """


class CameraRefused(StreamError):
    """Nobody listens at {url}: the connection was refused. Check the address, the port and that RTSP is switched on.

    {url} 拒绝连接：该端口没有服务。请检查地址、端口，并确认摄像机已开启 RTSP。
    """


class CameraUnreachable(StreamError):
    """{url} cannot be reached: {reason}. Check the address, the cable, the switch and the camera's power.

    无法到达 {url}：{reason}。请检查地址、网线、交换机和摄像机电源。
    """


class NotAnRtspServer(StreamError):
    """Something answers at {url}, but not as an RTSP server. Check the port (554 is usual for RTSP, 80 is the web page).

    {url} 有应答，但不是 RTSP 服务。请检查端口（RTSP 通常为 554，80 是网页端口）。
    """


class StreamRedirected(StreamError):
    """{url} sends callers on to {target}, which is not followed: it may be anywhere. If that is the camera, give its address there.

    {url} 要求转到 {target}，系统不予跟随，因其可能指向任何地方。如确为该摄像机，请直接填写那个地址。
    """


class StreamOverTcpRefused(StreamError):
    """The camera at {url} refuses to send pictures over TCP: it is set to UDP only, which loses packets. Switch on RTSP over TCP in its web page, or update its firmware.

    摄像机 {url} 拒绝通过 TCP 传输画面：被设为仅 UDP，会丢包。请在其网页中启用 RTSP over TCP，或升级固件。
    """


class NoVideo(StreamError):
    """{url} can be opened but carries no video that this server can read. Choose another profile or codec (H.264 or H.265).

    {url} 可以打开，但没有可读取的视频。请换用其他码流或编码（H.264 或 H.265）。
    """


class StreamStalled(StreamError):
    """{url} sent nothing for {seconds} s though the connection stands. The camera or the network hangs; it is tried again.

    {url} 连接正常，但 {seconds} 秒没有数据。摄像机或网络卡住，系统会自动重试。
    """


class StreamEnded(StreamError):
    """{url} closed the connection. The camera may be restarting; it is tried again.

    {url} 断开了连接。摄像机可能正在重启，系统会自动重试。
    """


class VideoUnreadable(StreamError):
    """{url} cannot be read as video: {reason}. Check that the file is whole, for example by playing it.

    {url} 无法作为视频读取：{reason}。请检查文件是否完整，例如播放一遍。
    """

    http_status = 422


class InterfaceUnusable(VmsError):
    """Nobody can be asked through the interface {interface}: {reason}. Name one of this machine's, by name or address: {known}.

    无法通过网络接口 {interface} 搜索：{reason}。请填写本机的网络接口名称或地址：{known}。
    """

    http_status = 422


class RecordingFailed(VmsError):
    """Recordings cannot be written to {path}: {reason}. Free space or fix the permissions; recording resumes by itself.

    录像无法写入 {path}：{reason}。请释放空间或修正权限，录像会自动恢复。
    """


class VideoUnwritable(VmsError):
    """The video {path} cannot be written: {reason}. Choose another place, or free space there.

    无法写入视频 {path}：{reason}。请换一个位置或释放空间。
    """
