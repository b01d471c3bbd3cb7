"""The tree of units: where a unit may stand, what its code may be, and how it is found."""

import pytest

from vms.cameras.units.errors import (
    UnitAmbiguous,
    UnitCodeForeign,
    UnitCodeInvalid,
    UnitCodeTaken,
    UnitError,
    UnitLevelInvalid,
    UnitNameInvalid,
    UnitNameTaken,
    UnitUnknown,
)
from vms.cameras.units.unit import Level, Tree, Unit, UnitId


def unit(number: int, parent: int | None, level: Level, name: str, code: str | None = None) -> Unit:
    above = None if parent is None else UnitId(parent)
    return Unit(id=UnitId(number), parent_id=above, level=level, name=name, code=code)


DISTRICT = unit(1, None, "district", "江岸区", "420102")
STREET = unit(2, 1, "street", "一元街道", "420102001")
OTHER_STREET = unit(3, 1, "street", "二元街道", "420102002")
COMMUNITY = unit(4, 2, "community", "光明社区", "420102001003")
NAMESAKE = unit(5, 3, "community", "光明社区")
GRID = unit(6, 4, "grid", "第一网格", "420102001003001")
TREE = Tree([GRID, NAMESAKE, COMMUNITY, OTHER_STREET, STREET, DISTRICT])


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("420102001", STREET),
        ("江岸区/二元街道/光明社区", NAMESAKE),
        (" 第一网格 ", GRID),
    ],
)
def test_a_unit_is_found_by_code_path_or_name(reference: str, found: Unit) -> None:
    assert TREE.find(reference) == found


def test_a_name_that_two_bear_is_not_guessed_at() -> None:
    with pytest.raises(UnitAmbiguous) as caught:
        TREE.find("光明社区")
    assert "江岸区/一元街道/光明社区" in str(caught.value)
    with pytest.raises(UnitUnknown, match="月球"):
        TREE.find("月球")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (unit(9, 4, "community", "新社区"), UnitLevelInvalid),
        (unit(9, 4, "district", "新区"), UnitLevelInvalid),
        (unit(9, 6, "grid", "格中格"), UnitLevelInvalid),
        (unit(9, 1, "street", "一元街道"), UnitNameTaken),
        (unit(9, None, "district", "江岸区"), UnitNameTaken),
        (unit(9, 1, "street", "三元街道", "4201020"), UnitCodeInvalid),
        (unit(9, 1, "street", "三元街道", "42010200x"), UnitCodeInvalid),
        (unit(9, 1, "street", "三元街道", "４２０１０２００３"), UnitCodeInvalid),
        (unit(9, 1, "street", "三元街道", "420103001"), UnitCodeForeign),
        (unit(9, 1, "street", "三元街道", "420102002"), UnitCodeTaken),
        (unit(9, 1, "street", ""), UnitNameInvalid),
        (unit(9, 1, "street", " 三元"), UnitNameInvalid),
        (unit(9, 1, "street", "三/元"), UnitNameInvalid),
        (unit(9, 1, "street", "三\n元"), UnitNameInvalid),
        (unit(9, 1, "street", "420102009"), UnitNameInvalid),
        (unit(9, 1, "street", "长" * 101), UnitNameInvalid),
    ],
)
def test_a_unit_that_cannot_stand_there_is_refused(wrong: Unit, error: type[UnitError]) -> None:
    with pytest.raises(error):
        TREE.check(wrong)


@pytest.mark.parametrize(
    "right",
    [
        unit(9, 1, "community", "开发区社区", "420102900001"),
        unit(9, 2, "grid", "直管网格"),
        unit(9, None, "community", "独立社区", "110101001001"),
        unit(9, 3, "community", "光明路社区", "420102002001"),
        unit(9, 5, "grid", "第一网格", "420102002003001"),
        STREET,
    ],
)
def test_a_level_may_be_left_out_and_a_code_too(right: Unit) -> None:
    TREE.check(right)


def test_below_a_unit_without_a_code_the_code_of_the_next_one_above_counts() -> None:
    with pytest.raises(UnitCodeForeign, match="420102002"):
        TREE.check(unit(9, 5, "grid", "第二网格", "420102001003009"))


def test_a_subtree_has_parents_first_and_nothing_of_its_neighbour() -> None:
    assert TREE.subtree(UnitId(2)) == [STREET, COMMUNITY, GRID]
    assert [each.id for each in TREE.above(UnitId(6))] == [6, 4, 2, 1]
    assert TREE.path(UnitId(6)) == "江岸区/一元街道/光明社区/第一网格"
    assert TREE.children(UnitId(1)) == (STREET, OTHER_STREET)
    assert TREE.first() == DISTRICT


def test_codes_that_no_longer_fit_after_a_move_are_found_down_to_the_grid() -> None:
    moved = TREE.with_unit(unit(4, 3, "community", "光明社区二", "420102001003"))
    assert [each.id for each in moved.foreign_codes(UnitId(3))] == [4, 6]
    uncoded = TREE.with_unit(unit(4, 3, "community", "光明社区二"))
    assert [each.id for each in uncoded.foreign_codes(UnitId(4))] == [6]
    assert TREE.foreign_codes(UnitId(1)) == []
