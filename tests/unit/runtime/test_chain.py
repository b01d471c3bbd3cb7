import hashlib

import pytest

from runtime.chain import BEGINNING, canonical, link


def test_the_order_of_keys_does_not_matter() -> None:
    assert canonical({"b": 1, "a": {"d": [1, None], "c": "云"}}) == '{"a":{"c":"云","d":[1,null]},"b":1}'
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


@pytest.mark.parametrize("statement", [{"a": 1.0}, {"a": [1, 2.5]}, {"a": {"b": (0.1,)}}])
def test_a_float_is_refused(statement: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="float"):
        canonical(statement)


def test_a_link_depends_on_all_before_it() -> None:
    first = link(BEGINNING, "one")
    assert first == hashlib.sha256(bytes(32) + b"one").digest()
    assert link(first, "two") != link(link(BEGINNING, "0ne"), "two")
