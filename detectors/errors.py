"""What can be wrong with a model or a zone that somebody brought: named for what it is, found before any frame is seen."""

from typing import ClassVar

from runtime.errors import VmsError


class DetectorError(VmsError):
    """The detectors cannot work: {reason}. See detectors/README.md.

    检测器无法工作：{reason}。请参阅 detectors/README.md。
    """


class ModelFolderMissing(DetectorError):
    """There is no model folder at {path}. Set the folder of the models, or install the package again.

    模型目录 {path} 不存在。请设置模型目录，或重新安装软件包。
    """


class ManifestUnreadable(DetectorError):
    """The model manifest {path} cannot be used: {reason}. Compare it with the manifests that ship in models/.

    模型清单 {path} 无法使用：{reason}。请对照 models/ 中自带的清单。
    """


class DecodingUnknown(DetectorError):
    """{asker} asks for the decoding "{decoding}", which this version does not have. Use one of: {known}.

    {asker} 要求的解码方式“{decoding}”在此版本中不存在。可用的有：{known}。
    """


class ModelNotFound(DetectorError):
    """No manifest in {path} offers a model for the task "{task}" (decoding {decodings}). Put its .onnx and .toml there.

    {path} 中没有用于任务“{task}”的模型清单（解码方式 {decodings}）。请把 .onnx 和 .toml 文件放入该目录。
    """


class ModelNameUnknown(DetectorError):
    """No model for the task "{task}" in {path} is named "{name}": there are {names}. Correct analysis.{task}_model.

    {path} 中没有名为“{name}”、用于任务“{task}”的模型，现有：{names}。请更正设置 analysis.{task}_model。
    """


class ModelAmbiguous(DetectorError):
    """{count} manifests in {path} are for the task "{task}": {names}. Give each its own name and set analysis.{task}_model.

    {path} 中有 {count} 个清单用于任务“{task}”：{names}。请使名称各不相同，并设置 analysis.{task}_model。
    """


class ModelFileMissing(DetectorError):
    """The model file {path} is missing or cannot be read: {reason}. Copy it there again, or make it with models/convert.

    模型文件 {path} 缺失或无法读取：{reason}。请重新复制，或用 models/convert 重新生成。
    """


class ModelFileChanged(DetectorError):
    """The model file {path} is not the one its manifest names: sha256 {found}, expected {expected}. Copy it again.

    模型文件 {path} 与清单不符：sha256 为 {found}，应为 {expected}。请重新复制该文件。
    """


class ModelUnloadable(DetectorError):
    """{path} is not a model that ONNX Runtime can load: {reason}. Convert it again and update its manifest.

    {path} 不是 ONNX Runtime 能加载的模型：{reason}。请重新转换并更新清单。
    """


class ModelShapeUnexpected(DetectorError):
    """The {end} of {path} is {found}, but its manifest says {expected}. Correct the manifest or convert the model again.

    {path} 的 {end} 为 {found}，而清单写的是 {expected}。请修正清单或重新转换模型。
    """


class ModelDecodingMismatch(DetectorError):
    """The output of {path} is {found}, which is not what decoding "{decoding}" reads: {expected}. What fits it: {fits}.

    {path} 的输出为 {found}，与解码方式“{decoding}”所读的 {expected} 不符。与之相符的解码方式：{fits}。
    """


class ZoneError(VmsError):
    """The zone "{zone}" cannot be used: {reason}. Draw it again.

    区域“{zone}”无法使用：{reason}。请重新绘制。
    """

    http_status: ClassVar[int] = 422


class ZoneUnreadable(ZoneError):
    """The zone "{zone}" cannot be read: {reason}. Give it a name, points as pairs of numbers and a list of rules.

    区域“{zone}”无法读取：{reason}。请提供名称、成对数字表示的顶点和规则列表。
    """


class ZoneTooFewPoints(ZoneError):
    """The zone "{zone}" has {count} points. Draw at least 3.

    区域“{zone}”只有 {count} 个顶点。请至少绘制 3 个。
    """


class ZonePointOutside(ZoneError):
    """Point {number} of the zone "{zone}" is at ({x}, {y}). Keep every point inside the picture, 0 to 1 both ways.

    区域“{zone}”的第 {number} 个顶点位于 ({x}, {y})。请把所有顶点保持在画面内，横纵均为 0 到 1。
    """


class ZonePointRepeated(ZoneError):
    """Point {number} of the zone "{zone}" lies on point {earlier}. Remove one of them.

    区域“{zone}”的第 {number} 个顶点与第 {earlier} 个重合。请删除其中一个。
    """


class ZoneCrossesItself(ZoneError):
    """The border of the zone "{zone}" crosses itself: the side from point {first} meets the side from point {second}. Move one.

    区域“{zone}”的边界自相交：第 {first} 个顶点起的边与第 {second} 个顶点起的边相交。请移动其中一个顶点。
    """


class ZoneWithoutArea(ZoneError):
    """The zone "{zone}" has no area: its points, up to point {number}, lie on one line. Move one off the line.

    区域“{zone}”没有面积：到第 {number} 个顶点为止都在一条直线上。请把其中一个移开。
    """


class ZoneWithoutRule(ZoneError):
    """The zone "{zone}" carries no rule that is known: {rules}. Choose among fall, person_down and crowd.

    区域“{zone}”没有可用的规则：{rules}。请在 fall、person_down、crowd 中选择。
    """


class ZoneLimitMissing(ZoneError):
    """The zone "{zone}" watches for crowds with a limit of {limit} persons. Set a limit of 1 or more.

    区域“{zone}”启用了人群规则，但人数上限为 {limit}。请设置 1 或更大的上限。
    """


class ZoneTooSmall(ZoneError):
    """The zone "{zone}" covers {share} % of the picture, less than a person does. Draw it larger: at least {least} %.

    区域“{zone}”只占画面的 {share}%，比一个人还小。请画大一些，至少 {least}%。
    """


class ZonePointsTooMany(ZoneError):
    """The zone "{zone}" has {count} points, at most {most} are taken. Draw it with fewer.

    区域“{zone}”有 {count} 个顶点，最多 {most} 个。请减少顶点。
    """


class ZonesTooMany(ZoneError):
    """{count} zones are drawn, a camera has at most {most}. Leave some out or join them.

    共绘制了 {count} 个区域，每台摄像机最多 {most} 个。请删除或合并一部分。
    """


class ZoneNameDoubled(ZoneError):
    """Two zones are named "{zone}". Give each its own name: by it a zone keeps its history.

    有两个区域都名为“{zone}”。请使用不同名称：区域的历史以名称为准。
    """


class HoursUnreadable(VmsError):
    """ "{text}" says no hours that can be read. Write days and times such as 07:00-22:00 or mon-fri 07:00-22:00; sat sun 09:00-23:00.

    “{text}”不是有效的时段。请写成 07:00-22:00 或 周一-周五 07:00-22:00；周六 周日 09:00-23:00。
    """

    http_status: ClassVar[int] = 422


class MemoryFolderUnusable(DetectorError):
    """What the networks said cannot be kept in {path}: {reason}. Choose another folder with --cache, or free space.

    无法在 {path} 保存推理结果：{reason}。请用 --cache 换一个目录，或释放空间。
    """


class SweepError(VmsError):
    """The sweep cannot be made: {reason}. Write it as KEY=FROM:TO:STEP.

    无法扫描阈值：{reason}。请写成 键=起:止:步长。
    """

    http_status: ClassVar[int] = 422


class SweepUnreadable(SweepError):
    """The text "{text}" is not a sweep. Write a key, the first value, the last and the step: fall.least_fast_drop=0.2:0.4:0.02.

    “{text}”不是有效的阈值扫描。请写出键、起始值、终止值和步长：fall.least_fast_drop=0.2:0.4:0.02。
    """


class SweepTooLong(SweepError):
    """The sweep "{text}" has {count} values, at most {most} are tried. Take a larger step.

    “{text}”有 {count} 个取值，最多 {most} 个。请加大步长。
    """


class SweepKeyUnknown(SweepError):
    """There is no number to set under "{key}". Use one of: {known}.

    没有名为“{key}”的数值设置。可用的有：{known}。
    """


class SweepValueRefused(SweepError):
    """{value} is not allowed for {key}: {reason}. Choose another range.

    {key} 不能取 {value}：{reason}。请换一个范围。
    """


class ReportUnwritable(VmsError):
    """The report {path} cannot be written: {reason}. Choose another place with --report.

    无法写入报告 {path}：{reason}。请用 --report 换一个位置。
    """
