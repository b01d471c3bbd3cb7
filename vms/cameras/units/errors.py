"""What can be wrong with a unit, or with a change of the tree."""

from typing import ClassVar

from runtime.errors import VmsError


class UnitError(VmsError):
    """The unit cannot be used: {reason}. See vms/cameras/README.md.

    辖区无法使用：{reason}。请参阅 vms/cameras/README.md。
    """

    http_status: ClassVar[int] = 422


class UnitUnknown(UnitError):
    """There is no unit {unit}. Name it by its code, its path (district/street/…) or its name: vms units list shows them.

    没有辖区 {unit}。请填写代码、路径（区/街道/…）或名称：用 vms units list 查看。
    """


class UnitIdUnknown(UnitError):
    """There is no unit with the number {unit_id}. GET /api/v1/units lists them.

    没有编号为 {unit_id} 的辖区。全部辖区见 GET /api/v1/units。
    """

    http_status = 404


class UnitAmbiguous(UnitError):
    """Several units are named {unit}: {paths}. Name the one you mean by its path or its code.

    有多个名为 {unit} 的辖区：{paths}。请用路径或代码指明。
    """


class UnitNameInvalid(UnitError):
    """ "{name}" cannot be the name of a unit: it must be 1 to {most} letters, hold no / and no control character, be no number, and have no blank at an end. Choose another.

    “{name}”不能作为辖区名称：应为 1 至 {most} 字，不含 / 和控制字符，不能全为数字，首尾不能有空白。请换一个。
    """


class UnitNameTaken(UnitError):
    """{parent} already has a unit named {name}. Choose another name, or merge the two.

    {parent} 之下已有名为 {name} 的辖区。请换一个名称，或将两者合并。
    """

    http_status = 409


class UnitCodeInvalid(UnitError):
    """{code} cannot be the code of {unit}: at its level a code has {digits} digits (GB/T 2260). Correct it or leave it out.

    {code} 不能作为 {unit} 的代码：该级别的代码应为 {digits} 位数字（GB/T 2260）。请更正，或不填。
    """


class UnitCodeForeign(UnitError):
    """The code {code} of {unit} does not begin with {prefix}, the code of {parent}, which it belongs to. Correct it, or drop it.

    {unit} 的代码 {code} 不以上级 {parent} 的代码 {prefix} 开头。请更正，或清除代码。
    """


class UnitCodeTaken(UnitError):
    """The code {code} belongs to {unit} already. Correct one of the two.

    代码 {code} 已属于 {unit}。请更正其中之一。
    """

    http_status = 409


class UnitLevelInvalid(UnitError):
    """{unit} cannot belong to {parent}: a grid belongs to a community, street or district, a community to a street or district, a street to a district. Choose another place for it.

    {unit} 不能隶属于 {parent}：网格可隶属于社区、街道或区，社区可隶属于街道或区，街道隶属于区。请另选上级。
    """


class UnitBelowItself(UnitError):
    """{unit} cannot go below {parent}: that is the unit itself or a part of it. Choose another place for it.

    {unit} 不能移到 {parent} 之下：那是它自己或其下级。请另选位置。
    """


class UnitMergeItself(UnitError):
    """{unit} cannot be merged with itself. Name the unit that is to have its cameras and rooms.

    {unit} 不能与自身合并。请指明接收其摄像机和值班室的辖区。
    """


class UnitMergeLevels(UnitError):
    """{unit} and {into} are of different levels: only units of one level are merged. Move it below the other instead.

    {unit} 与 {into} 级别不同：只能合并同级辖区。可改为移动到其下。
    """


class UnitMergeNames(UnitError):
    """{unit} and {into} both have a camera, a room or a lower unit named: {names}. Rename one of each pair, then merge again.

    {unit} 与 {into} 中有同名的摄像机、值班室或下级辖区：{names}。请先改名，再合并。
    """

    http_status = 409
