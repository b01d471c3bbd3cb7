"""What can go wrong in the application itself: names, places, ports, folders."""

from runtime.errors import VmsError


class ApplicationError(VmsError):
    """The application failed.

    应用程序出错。
    """


class PortTaken(ApplicationError):
    """Port {port} is in use by another program. Stop it, or choose another port with --port.

    端口 {port} 已被其他程序占用。请停止该程序，或用 --port 换一个端口。
    """


class HostRefused(ApplicationError):
    """The server listens on this machine only (127.0.0.1) until it has accounts; {host} is refused. Leave --host out.

    在具备账号功能之前，服务只监听本机（127.0.0.1），不能使用 {host}。请不要填写 --host。
    """


class DataFolderUnusable(ApplicationError):
    """The data folder {path} cannot be used: {reason}. Choose another with --data, or fix its permissions or free space.

    数据目录 {path} 无法使用：{reason}。请用 --data 换一个目录，或修正权限、释放空间。
    """


class DataFolderInUse(ApplicationError):
    """Another server already runs on the data folder {path}. Stop it, or choose another folder with --data.

    数据目录 {path} 已被另一个服务占用。请先停止该服务，或用 --data 换一个目录。
    """


class SettingsInvalid(ApplicationError):
    """The settings cannot be used: {reason}. See config/vms.toml for every key.

    设置有误：{reason}。全部配置项见 config/vms.toml。
    """


class DemoFailed(ApplicationError):
    """The simulated cameras did not start: {reason}. Reinstall the program: make clean install.

    模拟摄像机未能启动：{reason}。请重新安装：make clean install。
    """


class ZoneTextInvalid(ApplicationError):
    """The text "{text}" is not a zone. Write its corners as numbers from 0 to 1: 'x,y x,y x,y'.

    “{text}” 不是有效的区域。请用 0 至 1 的数字写出各角点：'x,y x,y x,y'。
    """


class ZoneFileUnreadable(ApplicationError):
    """The file {path} cannot be read: {reason}. Give a JSON file as vms cameras zones CAMERA --json prints it.

    无法读取文件 {path}：{reason}。请提供 vms cameras zones 摄像机 --json 所输出格式的 JSON 文件。
    """


class StripUnwritable(ApplicationError):
    """The pictures {path} cannot be written: {reason}. Choose another folder with --strips.

    无法写入画面 {path}：{reason}。请用 --strips 换一个文件夹。
    """


class GroundTextInvalid(ApplicationError):
    """The text "{text}" measures no ground. Give --crowd-zone, --ground 'x,y x,y x,y x,y' and --ground-metres 'A B' or 'A B C D E'.

    “{text}” 不是有效的地面标定。请同时给出 --crowd-zone、--ground 'x,y x,y x,y x,y' 和 --ground-metres 'A B' 或 'A B C D E'。
    """


class CameraFailed(ApplicationError):
    """The camera {name} met a fault of this program and is no longer watched. Restart the server and report the log.

    摄像机 {name} 遇到程序故障，已停止看护。请重启服务并反馈日志。
    """
