"""What can go wrong while measuring."""

from runtime.errors import VmsError


class BenchFailed(VmsError):
    """The measurement of {part} failed: {reason}. Run it again on a machine that has nothing else to do.

    {part} 的测量失败：{reason}。请在空闲的机器上重试。
    """
