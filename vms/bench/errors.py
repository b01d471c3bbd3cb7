"""What can go wrong while measuring."""

from runtime.errors import VmsError


class BenchFailed(VmsError):
    """The measurement of {part} failed: {reason}. Run it again on a machine that has nothing else to do.

    {part} 的测量失败：{reason}。请在空闲的机器上重试。
    """


class BlockMissing(VmsError):
    """{path} has no single place for the table. Put these two lines where it should stand: {begin} and {end}

    {path} 中没有唯一的表格位置。请在要放表格处写入这两行：{begin} 和 {end}
    """


class FootageUnusable(VmsError):
    """{path} cannot be measured with: {reason}. Give videos, or files of labels as `vms evaluate` reads them.

    {path} 无法用于测量：{reason}。请给出视频文件，或 `vms evaluate` 可读取的标注文件。
    """
