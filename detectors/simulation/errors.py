"""What can be missing for a simulation."""

from detectors.errors import DetectorError


class SimulatorMissing(DetectorError):
    """Falls are simulated with MuJoCo, which is not installed. Install it: pip install "vms[simulate]", or pip install mujoco.

    模拟跌倒需要 MuJoCo，但尚未安装。请执行 pip install "vms[simulate]" 或 pip install mujoco。
    """


class ObservationUnreadable(DetectorError):
    """The measurements of the pose network at {path} cannot be used: {reason}. Measure again: vms poses measure.

    无法使用 {path} 中对姿态网络的测量结果：{reason}。请重新测量：vms poses measure。
    """


class TruthUnreadable(DetectorError):
    """The true keypoints in {path} cannot be read: {reason}. Each frame needs t and people with id, state and kpts.

    无法读取 {path} 中的真实关键点：{reason}。每帧须含 t 和 people（含 id、state、kpts）。
    """
