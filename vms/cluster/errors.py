"""What can go wrong between the workers of a house."""

from vms.errors import ApplicationError


class WorkerNameTaken(ApplicationError):
    """A worker named {worker} runs already, on {host} in {folder}. Stop it, or give this one another name: [worker] name.

    名为 {worker} 的工作进程已在 {host} 的 {folder} 上运行。请先停止它，或在 [worker] name 中换一个名称。
    """


class HouseDatabaseMissing(ApplicationError):
    """This process shares its cameras with others, and the embedded database cannot be reached by them. Name the one of the house with --database postgresql://….

    本进程与其他进程分担摄像机，而内置数据库不能被它们访问。请用 --database postgresql://… 指定共用的数据库。
    """
