"""What can be wrong with a sheet as a whole, with a row, and with a cell."""

from typing import ClassVar

from runtime.errors import VmsError


class SheetError(VmsError):
    """The sheet cannot be read: {reason}. Save it as CSV (UTF-8) or as a workbook (.xlsx) and try again.

    无法读取表格：{reason}。请另存为 CSV（UTF-8）或 .xlsx 后重试。
    """

    http_status: ClassVar[int] = 422


class SheetFileUnreadable(SheetError):
    """The file {path} cannot be read: {reason}. Check the path.

    无法读取文件 {path}：{reason}。请检查路径。
    """


class SheetFileUnwritable(SheetError):
    """The file {path} cannot be written: {reason}. Choose another place, ending in .csv or .xlsx.

    无法写入文件 {path}：{reason}。请换一个位置，以 .csv 或 .xlsx 结尾。
    """


class SheetEmpty(SheetError):
    """The sheet has no row of headings. Take an export as a pattern.

    表格没有表头。可先导出一份作为模板。
    """


class SheetTooLarge(SheetError):
    """The sheet is larger than {most} bytes, or unpacks to more than may be. Split it, or raise cameras.sheet_bytes.

    表格超过 {most} 字节，或解压后过大。请拆分，或调大设置 cameras.sheet_bytes。
    """

    http_status = 413


class SheetTooLong(SheetError):
    """The sheet has more than {most} rows. Split it, or raise cameras.sheet_rows.

    表格超过 {most} 行。请拆分，或调大设置 cameras.sheet_rows。
    """


class SheetTooWide(SheetError):
    """Row {line} has more than {most} columns. Take away what is not needed; an export shows all columns there are.

    第 {line} 行超过 {most} 列。请删去多余的列；全部列名见导出的表格。
    """


class SheetRowTooLong(SheetError):
    """The row that begins in line {line} is longer than {most} letters. Perhaps a quotation mark is missing there; else shorten it.

    从第 {line} 行开始的一行超过 {most} 字。可能缺少引号，否则请缩短。
    """


class SheetQuoteWrong(SheetError):
    """The row that begins in line {line} has a quotation mark that is not closed, or letters after a closing one. Correct it, or save the sheet as a workbook.

    从第 {line} 行开始的一行引号未闭合，或闭合引号之后还有内容。请更正，或另存为 .xlsx。
    """


class SheetEncodingUnknown(SheetError):
    """The file is neither UTF-8 nor GB18030 text. Save it as CSV (UTF-8) or as a workbook.

    文件既不是 UTF-8 也不是 GB18030 文本。请另存为 CSV（UTF-8）或 .xlsx。
    """


class SheetKindUnknown(SheetError):
    """The file is an old workbook (.xls). Save it as .xlsx or as CSV (UTF-8).

    文件是旧版工作簿（.xls）。请另存为 .xlsx 或 CSV（UTF-8）。
    """


class WorkbookUnreadable(SheetError):
    """The workbook cannot be read: {reason}. Open it and save it again as .xlsx, or as CSV (UTF-8).

    无法读取工作簿：{reason}。请打开后重新另存为 .xlsx 或 CSV（UTF-8）。
    """


class ColumnMissing(SheetError):
    """The sheet has no column {columns}. Add it; an export shows how.

    表格缺少列：{columns}。请补上，可参照导出的表格。
    """


class ColumnDoubled(SheetError):
    """The columns {first} and {second} mean the same. Take one away.

    列 {first} 与 {second} 含义相同。请删去其中之一。
    """


class ColumnUnknown(SheetError):
    """There is no column named {column}. Correct or remove it. There are: {known}.

    没有名为 {column} 的列。请更正或删除。可用的列：{known}。
    """


class CellFault(VmsError):
    """The cell cannot be used: {reason}. Correct it.

    单元格无法使用：{reason}。请更正。
    """

    http_status: ClassVar[int] = 422


class CellMissing(CellFault):
    """The cell is empty, and without it there is no camera. Fill it in.

    单元格为空，缺少此项无法登记。请填写。
    """


class CellTooLong(CellFault):
    """The cell holds more than {most} letters. Shorten it.

    单元格超过 {most} 字。请缩短。
    """


class CellFormula(CellFault):
    """The cell holds a formula. Put its value there instead.

    单元格为公式。请改为填写数值或文字。
    """


class CellBroken(CellFault):
    """The cell holds an error of the spreadsheet ({text}). Correct it.

    单元格为表格软件的错误值（{text}）。请更正。
    """


class CellNumberLossy(CellFault):
    """The cell was kept as a number, of which a spreadsheet remembers 15 digits only. Format the column as text and enter it again.

    单元格以数字保存，表格软件只保留 15 位有效数字。请将该列设为文本格式后重新填写。
    """


class CellNotYesOrNo(CellFault):
    """ "{text}" is neither yes nor no. Write one of them.

    “{text}”既不是“是”也不是“否”。请填写其中之一。
    """


class CellNotANumber(CellFault):
    """ "{text}" is not a number. Write digits.

    “{text}”不是数字。请填写数字。
    """


class CellNotADate(CellFault):
    """ "{text}" is not a date. Write it as 2026-03-01.

    “{text}”不是日期。请写成 2026-03-01。
    """


class CellNotRules(CellFault):
    """ "{text}" names a rule that there is not. Write fall, person_down or crowd with ; between them, or none.

    “{text}”中有不存在的规则。请填写 跌倒、倒卧、过密（用 ; 分隔），或 无。
    """


class CellWithoutColumn(CellFault):
    """A cell stands in column {number}, which has no heading. Give it one, or empty the cell.

    第 {number} 列没有表头，却有内容。请补上表头，或清空单元格。
    """


class RowDoubled(CellFault):
    """Line {line} is of the same camera. Take one of the two away.

    第 {line} 行是同一台摄像机。请删去其中之一。
    """


class RowAmbiguous(CellFault):
    """Several cameras have this address: numbers {numbers}. Give the row the code of the one you mean.

    有多台摄像机使用此地址：编号 {numbers}。请在该行填写国标编码加以区分。
    """


class RowAddressTaken(CellFault):
    """The camera {name} has this address already. Correct one of the two.

    摄像机 {name} 已使用此地址。请更正其中之一。
    """
