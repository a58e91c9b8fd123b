"""The signs of fingerprints spare their patterns, and may never hide a text that they would find."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dblint.sql import dialect_of
from dblint.sql.dialect import FINGERPRINTS

_BRANCHES = [branch for branches in FINGERPRINTS.values() for branch in branches]


@pytest.mark.parametrize(("sign", "pattern"), _BRANCHES)
@given(data=st.data())
def test_whatever_a_branch_finds_holds_its_sign(sign: str, pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(pattern, re.MULTILINE | re.ASCII))).lower()
    for found in re.finditer(pattern, text, re.MULTILINE):
        assert sign in "\n" + text[: found.end()]


_BETWEEN = (" ", "\n", "1", "(1)", " x", "= ", "on ", "insert or ", "]")
_PIECES = st.sampled_from([*(sign.strip() for sign, _ in _BRANCHES), *_BETWEEN])


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_the_branches_that_are_spared_change_no_answer(text: str) -> None:
    hits = {
        dialect: len(set(re.findall("|".join(pattern for _, pattern in branches), text, re.MULTILINE)))
        for dialect, branches in FINGERPRINTS.items()
    }
    best = [dialect for dialect, count in hits.items() if count and count == max(hits.values())]
    assert dialect_of(text) == (best[0] if len(best) == 1 else None)
