"""A mistake in a framework file is told with its file, line and key, and with what may stand there."""

from pathlib import Path

import pytest

from dblint import frameworks
from dblint.frameworks import FrameworkError

BASE = "name: mine\nlanguage: python\npackages: [mine]\nsummary: Mine.\n"

DOES = "create, delete, drop, insert, join, lock, nothing, read, truncate, update, upsert"
MISTAKES = {
    "a wrong word of a verb": (
        "verbs:\n  query:\n    all: {does: read}\n    get: {does: reed}\n",
        f"my/mine.yaml:8:11 verbs.query.get.does: 'reed' is none of {DOES}",
    ),
    "an unknown key": (
        "verbs:\n  query:\n    get: {doez: read}\n",
        "my/mine.yaml:7:11 verbs.query.get.doez: unknown key (did you mean 'does'?)",
    ),
    "an unknown section": ("modle: {}\n", "my/mine.yaml:5:1 modle: unknown key (did you mean 'model'?)"),
    "a missing key": ("sql:\n  - {strong: true}\n", "my/mine.yaml:6:5 sql.0: the key 'calls' is missing"),
    "a wrong kind": ("model: {bases: Model}\n", "my/mine.yaml:5:9 model.bases: expected a list, found text"),
    "an unknown convention": (
        "model: {convention: pewee}\n",
        "my/mine.yaml:5:9 model.convention: 'pewee' is no naming convention (did you mean 'peewee'?)",
    ),
    "bad YAML": ("model: [\n", "my/mine.yaml:6:1 not valid YAML"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    folder = tmp_path / "my"
    folder.mkdir()
    (folder / "mine.yaml").write_text(BASE + text)
    with pytest.raises(FrameworkError) as caught:
        frameworks.load([folder])
    assert str(caught.value) == message


def test_a_file_that_would_exhaust_memory_is_refused(tmp_path: Path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(8)]
    (tmp_path / "bomb.yaml").write_text("\n".join(lines))
    with pytest.raises(FrameworkError, match="more than"):
        frameworks.load([tmp_path])


def test_a_framework_of_the_user_joins_the_others(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    assert "mine" in [framework.name for framework in frameworks.load([tmp_path])]
