import pytest

from dblint.naming import LIMITS, clipped, truncated


def test_a_name_within_the_limit_stays() -> None:
    assert truncated("shop_order", 30) == "shop_order"


@pytest.mark.parametrize("limit", LIMITS.values())
def test_a_long_django_name_ends_in_four_digits_of_its_md5(limit: int) -> None:
    name = "shop_averyveryveryverylongmodelnamethatdoesnotfitanywhereatallinanydatabase"
    cut = truncated(name, limit)
    assert len(cut) == limit
    assert cut[:-4] == name[: limit - 4]
    assert cut[-4:] == "4806"


def test_two_long_names_with_one_beginning_stay_apart() -> None:
    assert truncated("a" * 70 + "x", 63) != truncated("a" * 70 + "y", 63)


def test_postgres_keeps_63_bytes_and_no_half_character() -> None:
    assert clipped("a" * 80) == "a" * 63
    assert clipped("é" * 40) == "é" * 31
    assert clipped("orders") == "orders"
