"""What keeps a masked copy from being made."""

from runtime.errors import VmsError


class MaskedError(VmsError):
    """The masked copy cannot be made.

    无法生成遮挡副本。
    """

    http_status = 422


class RegionInvalid(MaskedError):
    """{region!r} is no region: {reason}. Give at least three corners as "x,y x,y x,y", each from 0 to 1.

    {region!r} 不是有效区域：{reason}。请至少给出三个顶点，写成 "x,y x,y x,y"，取值 0 到 1。
    """


class WatermarkInvalid(MaskedError):
    """The watermark has {length} characters; 1 to {most} can be read. Shorten it.

    水印有 {length} 个字符，应为 1 至 {most} 个。请缩短。
    """


class MaskedOverItself(MaskedError):
    """{path} is the original and would be overwritten by its masked copy. Name another file.

    {path} 是原始文件，会被遮挡副本覆盖。请另选文件名。
    """


class MaskedCancelled(MaskedError):
    """The masked copy was given up before it was done.

    遮挡副本已取消。
    """

    http_status = 409


class LabelsInvalid(MaskedError):
    """{path} cannot be read as labelled boxes: {reason}. Its columns are frame,id,x,y,w,h.

    无法读取标注框 {path}：{reason}。各列应为 frame,id,x,y,w,h。
    """
