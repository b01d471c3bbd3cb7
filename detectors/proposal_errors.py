"""Why a network that somebody brought is not taken in: each with what its file really offers, and what to do."""

from typing import ClassVar

from detectors.errors import DetectorError


class ProposalError(DetectorError):
    """The model {path} cannot be added: {reason}. Nothing was changed.

    无法添加模型 {path}：{reason}。未作任何更改。
    """

    http_status: ClassVar[int] = 422


class ModelInputUnknown(ProposalError):
    """The input of {path} is {found}. Export it with one uint8 or float32 picture, [1, height, width, 3] or [1, 3, height, width].

    {path} 的输入为 {found}。请重新导出，使其只有一个 uint8 或 float32 图像输入，形状为 [1, 高, 宽, 3] 或 [1, 3, 高, 宽]。
    """


class ModelSizeUnexpected(ProposalError):
    """The input of {path} is {found}: {asked} does not fit it. Leave --size out, or export again.

    {path} 的输入为 {found}，与 {asked} 不符。请不要指定 --size，或重新导出。
    """


class ModelInputUnfit(ProposalError):
    """The input of {path} is {found}, but decoding "{decoding}" takes {wanted}. Choose another decoding or export again.

    {path} 的输入为 {found}，而解码方式“{decoding}”要求 {wanted}。请换用其他解码方式或重新导出。
    """


class ModelSizeMissing(ProposalError):
    """{path} takes pictures of any size: {found}. Say which with --size, a multiple of 32.

    {path} 接受任意尺寸的图像：{found}。请用 --size 指定，须为 32 的倍数。
    """


class ModelAnswerImplausible(ProposalError):
    """Read as "{decoding}", the answer of {path} ({found}) is no persons: scores {scores}, box sides {sides} pixels. Choose another decoding or export again.

    按“{decoding}”解读 {path} 的输出（{found}）得不到人员：分数 {scores}，框边长 {sides} 像素。请换用其他解码方式或重新导出。
    """


class ModelPersonUnknown(ProposalError):
    """Which of the {count} classes of {path} is the person is not known: {names}. Give its number, from 0, with --person-class.

    不知道 {path} 的 {count} 个类别中哪一个是人员：{names}。请用 --person-class 给出从 0 起的序号。
    """


class ModelPersonOutside(ProposalError):
    """{path} has {count} classes, 0 to {last}; --person-class {asked} is none of them. Choose one of those.

    {path} 有 {count} 个类别，序号 0 至 {last}；--person-class {asked} 不在其中。请选择其中之一。
    """


class ModelNameUnusable(ProposalError):
    """The name "{name}" cannot be a model's. Use letters, digits, "_", "-" and "." with --name.

    “{name}”不能作为模型名称。请用 --name 指定，仅限字母、数字、“_”、“-”和“.”。
    """


class ModelNameTaken(ProposalError):
    """There is a model named {name} in {path} already. Choose another name with --name.

    {path} 中已有名为 {name} 的模型。请用 --name 换一个名称。
    """


class ModelFolderUnwritable(ProposalError):
    """The model cannot be written to {path}: {reason}. Choose another folder with --models, and set `models` to it.

    无法把模型写入 {path}：{reason}。请用 --models 换一个目录，并把设置 models 指向它。
    """


class PictureUnreadable(DetectorError):
    """{path} is no picture that can be read. Give a JPEG or PNG file.

    {path} 不是可读取的图片。请提供 JPEG 或 PNG 文件。
    """


class PictureUnwritable(DetectorError):
    """The picture {path} cannot be written: {reason}. Choose another place with --draw, ending in .jpg.

    无法写入图片 {path}：{reason}。请用 --draw 换一个以 .jpg 结尾的位置。
    """
