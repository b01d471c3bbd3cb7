"""What can be wrong with a file of labels: each names the line, what stands there and what to write instead."""

from typing import ClassVar

from runtime.errors import VmsError


class LabelError(VmsError):
    """The labels {path} cannot be used: {reason}. Correct the file.

    标注文件 {path} 无法使用：{reason}。请修改该文件。
    """

    http_status: ClassVar[int] = 422


class LabelsMissing(LabelError):
    """The labels {path} cannot be read: {reason}. Check the name of the file.

    无法读取标注文件 {path}：{reason}。请核对文件名。
    """


class LabelsNotText(LabelError):
    """The labels {path} are not a CSV file in UTF-8 or GB 18030. Save them again as CSV (UTF-8).

    标注文件 {path} 不是 UTF-8 或 GB 18030 编码的 CSV。请另存为 CSV（UTF-8）。
    """


class LabelColumnsUnknown(LabelError):
    """The first line of {path} is: {columns}. Write file,event,start_s,end_s for events, or file,frame,time_s,count for counts.

    {path} 的第一行为：{columns}。事件标注请写 file,event,start_s,end_s，人数标注请写 file,frame,time_s,count。
    """


class LabelsEmpty(LabelError):
    """{path} has a heading but no row. Write one line for each labelled event, or one without event for a clip in which nothing must fire.

    {path} 只有表头，没有数据行。请为每个事件写一行；画面中不应报警的片段也写一行，事件留空。
    """


class LabelRowTorn(LabelError):
    """Line {line} of {path} has {found} fields, the heading has {expected}. Add or remove commas; put texts with commas in quotes.

    {path} 第 {line} 行有 {found} 个字段，表头有 {expected} 个。请增减逗号；含逗号的文字请加引号。
    """


class LabelFieldEmpty(LabelError):
    """Line {line} of {path} has nothing under "{column}". Fill it in.

    {path} 第 {line} 行的“{column}”为空。请填写。
    """


class LabelNumberInvalid(LabelError):
    """Line {line} of {path} has "{value}" under "{column}". Write a number, 0 or more, such as 2.5 for seconds or 7 for persons.

    {path} 第 {line} 行的“{column}”为“{value}”。请写不小于 0 的数字，例如 2.5（秒）或 7（人）。
    """


class LabelTimesSwapped(LabelError):
    """Line {line} of {path} ends at {end_s} s, before it starts at {start_s} s. Write the start first.

    {path} 第 {line} 行在 {end_s} 秒结束，早于开始的 {start_s} 秒。请先写开始时间。
    """


class LabelTimesWithoutEvent(LabelError):
    """Line {line} of {path} has times but no event. Name the event ({known}), or remove the times if nothing must fire.

    {path} 第 {line} 行写了时间却没有事件。请写明事件（{known}）；若不应报警，请删去时间。
    """


class LabelEventUnknown(LabelError):
    """Line {line} of {path} names the event "{event}", which no rule states. Use one of: {known}; or leave it empty if nothing must fire.

    {path} 第 {line} 行的事件“{event}”没有对应的规则。可用的有：{known}；若不应报警请留空。
    """


class LabelContradicted(LabelError):
    """Line {line} of {path} says that nothing must fire in {file}, line {earlier} names an event in it. Remove one of them.

    {path} 第 {line} 行称 {file} 中不应报警，而第 {earlier} 行标有事件。请删去其中一行。
    """


class LabelledFileMissing(LabelError):
    """Line {line} of {path} names the video {file}, which is not there. Give its place relative to the CSV file.

    {path} 第 {line} 行的视频 {file} 不存在。请写相对于 CSV 文件的路径。
    """


class LabelBehindTheEnd(LabelError):
    """Line {line} of {path} is about {time_s} s, but {file} ends at {end_s} s. Correct the time.

    {path} 第 {line} 行的时间为 {time_s} 秒，而 {file} 在 {end_s} 秒结束。请修正时间。
    """
