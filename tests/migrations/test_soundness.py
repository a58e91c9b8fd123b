"""Histories that no order can be told for."""

import pytest

from dblint.migrations import unsound
from dblint.model.facts import Change
from tests.migrations.reading import changes_of


def _alembic(name: str, before: str, file: str = "") -> tuple[Change, ...]:
    text = f'from alembic import op\nrevision = "{name}"\ndown_revision = {before}\n\n\ndef upgrade():\n    pass\n'
    return changes_of(f"versions/{file or name}.py", text)


def _django(app: str, name: str, dependencies: str, more: str = "") -> tuple[Change, ...]:
    text = (
        "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = {dependencies}\n    operations = []\n{more}"
    )
    return changes_of(f"{app}/migrations/{name}.py", text)


SOUND = [
    (*_alembic("a", "None"), *_alembic("b", '"a"'), *_alembic("c", '"a"'), *_alembic("m", '("b", "c")')),
    (*_alembic("a", "None"), *_alembic("z", "None")),
    (*_django("shop", "0001_initial", '[("auth", "0001_initial")]'), *_django("shop", "0002_x", '[("shop", "0001_initial")]')),
    _django("shop", "0001_initial", '[("people", "__first__")]') + _django("people", "0001_initial", "[]"),
    _django("shop", "0001_squashed", "[]", '    replaces = [("shop", "0001_a"), ("shop", "0002_b")]\n')
    + _django("shop", "0003_c", '[("shop", "0002_b")]'),
]
BROKEN = [
    ((*_alembic("a", "None"), *_alembic("b", '"gone"')), "versions/b.py", "needs the revision gone, which is not here"),
    ((*_alembic("a", '"b"'), *_alembic("b", '"a"')), "versions/a.py", "stands in a circle"),
    ((*_alembic("a", "None"), *_alembic("a", "None", "again")), "versions/again.py", "has the name a, as versions/a.py has"),
    (
        _django("shop", "0002_x", '[("shop", "0001_initial")]'),
        "shop/migrations/0002_x.py",
        "needs the revision shop.0001_initial",
    ),
]


@pytest.mark.parametrize("changes", SOUND)
def test_branches_merges_squashes_and_libraries_are_sound(changes: tuple[Change, ...]) -> None:
    assert unsound(changes) == ()


@pytest.mark.parametrize(("changes", "path", "detail"), BROKEN)
def test_a_broken_graph_is_told_with_what_is_wrong(changes: tuple[Change, ...], path: str, detail: str) -> None:
    first = unsound(changes)[0]
    assert (first.path, first.reason) == (path, "broken-history")
    assert detail in first.detail


def test_what_only_follows_a_circle_is_not_in_it() -> None:
    changes = (*_alembic("a", '"b"'), *_alembic("b", '"a"'), *_alembic("c", '"b"'), *_alembic("first", "None"))
    assert {problem.path for problem in unsound(changes)} == {"versions/a.py", "versions/b.py"}
