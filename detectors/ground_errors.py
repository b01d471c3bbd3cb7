"""What can be wrong with the measured ground of a zone: named for what it is, with what to do about it."""

from detectors.errors import ZoneError


class GroundError(ZoneError):
    """The ground of the zone "{zone}" cannot be used: {reason}. Measure it again.

    区域“{zone}”的地面标定无法使用：{reason}。请重新测量。
    """


class GroundUnreadable(GroundError):
    """The ground of the zone "{zone}" cannot be read: {reason}. Give four points of the picture, and two or five distances in metres.

    区域“{zone}”的地面标定无法读取：{reason}。请给出画面中的四个点，以及两个或五个距离（米）。
    """


class GroundPointOutside(GroundError):
    """Ground point {number} of the zone "{zone}" is at ({x}, {y}). Keep the four points inside the picture, 0 to 1 both ways.

    区域“{zone}”的第 {number} 个地面点位于 ({x}, {y})。请把四个点保持在画面内，横纵均为 0 到 1。
    """


class GroundPointsInLine(GroundError):
    """Ground points {first}, {second} and {third} of the zone "{zone}" lie on one line in the picture. Move one well off it.

    区域“{zone}”的第 {first}、{second}、{third} 个地面点在画面中位于一条直线上。请把其中一个明显移开。
    """


class GroundPointsOutOfOrder(GroundError):
    """The four ground points of the zone "{zone}" do not go around a convex figure. Give them in order, corner after corner.

    区域“{zone}”的四个地面点没有依次围成凸四边形。请按顺序逐个角给出。
    """


class GroundDistanceImpossible(GroundError):
    """Distance {number} of the ground of the zone "{zone}" is {metres} m. Give metres above 0 and up to {most}.

    区域“{zone}”地面标定的第 {number} 个距离为 {metres} 米。请填写大于 0 且不超过 {most} 的米数。
    """


class GroundDistancesDisagree(GroundError):
    """The distances of the ground of the zone "{zone}" make no four-sided figure: {reason}. Measure the sides and the diagonal again.

    区域“{zone}”的地面距离无法构成四边形：{reason}。请重新测量四条边和对角线。
    """


class GroundBeyondHorizon(GroundError):
    """Point {number} of the zone "{zone}" lies at or beyond the horizon of its ground. Draw the zone lower, or move the ground points apart.

    区域“{zone}”的第 {number} 个顶点位于地面的地平线上或之外。请把区域画低一些，或把地面点拉开距离。
    """
