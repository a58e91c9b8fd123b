"""What a file said is told again as long as nothing that it rests on has changed, and never longer."""

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from dblint import frameworks, languages
from dblint.engine.cache import Cache
from dblint.engine.memory import FORGETFUL, Memory
from dblint.frameworks import vocabulary
from dblint.interpret import Interpretation, interpret
from dblint.interpret.queries import statements
from dblint.interpret.tree.units import Unit
from dblint.languages.traits import TRAITS, family_of
from dblint.model.syntax import Module

ALL = frameworks.load()
WORDS = {language: vocabulary(ALL, language) for language in TRAITS}
EDITS, SMALL = 6, 20
FAMILIES = sorted({framework.language for framework in ALL if framework.examples})


class Tree:
    """Sources that are interpreted again and again, and the files that were really asked each time."""

    def __init__(self, folder: Path, sources: dict[str, str], asked: list[str]) -> None:
        folder.mkdir(mode=0o700)
        self.cache = Cache(str(folder), pytest.fail)
        self.sources = sources
        self._asked = asked

    def modules(self) -> list[Module]:
        found = []
        for path, text in self.sources.items():
            language = _language(path)
            if language:
                found.append(languages.read(path, language, text, WORDS[language]))
        return found

    def again(self) -> list[str]:
        """The files that are asked again, after it was made sure that a run which knows of nothing says the same."""
        modules = self.modules()
        memory = Memory(self.cache, "interpretations")
        self._asked.clear()
        warm = interpret(modules, ALL, self.sources.get, memory=memory)
        asked = list(self._asked)
        memory.save()
        assert _plain(warm) == _plain(interpret(modules, ALL, self.sources.get, memory=FORGETFUL))
        return asked

    def tables(self) -> set[str]:
        found = interpret(self.modules(), ALL, self.sources.get)
        return {access.table.name for statement in found.statements for access in statement.accesses}


def _language(path: str) -> str:
    for language, traits in TRAITS.items():
        if path.endswith(traits.endings or ("Mapper.xml" if language == "mybatis" else "?")):
            return language
    return ""


def _plain(found: Interpretation) -> object:
    return msgspec.to_builtins(found)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    original = statements._Recorder.unit

    def unit(self: statements._Recorder, unit: Unit) -> None:
        found.append(unit.path)
        original(self, unit)

    monkeypatch.setattr(statements._Recorder, "unit", unit)
    return found


SHOP = {
    "shop/names.py": 'ORDERS = "orders"\n',
    "shop/store.py": "from shop import names\n\ndef load(cursor, table):\n    cursor.execute(f'SELECT id FROM {table}')\n",
    "shop/orders.py": (
        "import psycopg\nfrom shop.names import ORDERS\n\ndef f(cursor):\n    cursor.execute(f'SELECT id FROM {ORDERS}')\n"
    ),
    "shop/carts.py": "import psycopg\n\ndef f(cursor):\n    cursor.execute('SELECT id FROM carts')\n",
    "shop/use.py": "from shop.store import load\n\ndef f(cursor):\n    load(cursor, 'stock')\n",
}


@pytest.fixture
def tree(tmp_path: Path, asked: list[str]) -> Tree:
    made = Tree(tmp_path / "cache", dict(SHOP), asked)
    assert sorted(made.again()) == sorted(SHOP)
    assert made.again() == []
    return made


def test_only_the_file_that_changed_is_asked_again(tree: Tree) -> None:
    tree.sources["shop/carts.py"] += "\ndef g(cursor):\n    cursor.execute('SELECT id FROM baskets')\n"
    assert tree.again() == ["shop/carts.py"]
    assert "baskets" in tree.tables()


def test_a_file_that_takes_a_name_from_the_one_that_changed_is_asked_too(tree: Tree) -> None:
    tree.sources["shop/names.py"] = 'ORDERS = "purchases"\n'
    assert {"shop/names.py", "shop/orders.py"} <= set(tree.again())
    assert "purchases" in tree.tables()


def test_a_function_is_asked_again_when_somebody_else_calls_it(tree: Tree) -> None:
    tree.sources["shop/carts.py"] += "\ndef g(cursor):\n    load(cursor, 'prices')\n"
    assert set(tree.again()) == {"shop/carts.py", "shop/store.py"}


def test_a_name_that_was_not_there_is_seen_once_it_is(tree: Tree) -> None:
    tree.sources["shop/orders.py"] = tree.sources["shop/orders.py"].replace("import ORDERS", "import LATER as ORDERS")
    tree.again()
    tree.sources["shop/names.py"] += 'LATER = "later"\n'
    assert "shop/orders.py" in tree.again()
    assert "later" in tree.tables()


def test_all_are_asked_again_when_a_class_describes_another_table(tmp_path: Path, asked: list[str]) -> None:
    model = "from django.db import models\n\nclass Order(models.Model):\n    total = models.IntegerField()\n"
    tree = Tree(tmp_path / "cache", {**SHOP, "shop/models.py": model}, asked)
    tree.again()
    tree.sources["shop/models.py"] += "    tax = models.IntegerField()\n"
    assert sorted(tree.again()) == sorted(tree.sources)


def test_a_text_that_code_loads_is_looked_at_each_time(tmp_path: Path, asked: list[str]) -> None:
    loading = "import psycopg\n\ndef f(cursor):\n    cursor.execute(open('shop/find.sql').read())\n"
    tree = Tree(tmp_path / "cache", {**SHOP, "shop/find.py": loading, "shop/find.sql": "SELECT a FROM lost"}, asked)
    tree.again()
    tree.sources["shop/find.sql"] = "SELECT a FROM found"
    assert "shop/find.py" in tree.again()
    tree.sources["shop/carts.py"] += "x = 1\n"
    assert tree.again() == ["shop/carts.py"]
    tree.sources["shop/find.sql"] = "SELECT a FROM lost"  # which no file has been asked for in between
    assert "shop/find.py" in tree.again()


def test_nothing_is_kept_where_a_class_becomes_a_model_while_files_are_asked(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "_adopt", lambda _evaluator: None)
    tree = Tree(tmp_path / "cache", _examples("go"), asked)
    tree.again()
    assert len(tree.again()) > SMALL


def test_a_file_that_comes_or_goes_makes_all_be_asked(tree: Tree) -> None:
    del tree.sources["shop/use.py"]
    assert sorted(tree.again()) == sorted(tree.sources)


def test_what_is_kept_and_damaged_counts_for_nothing(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Memory, "get", lambda _self, _name: b"\x93damaged")
    tree.sources["shop/carts.py"] += "x = 1\n"
    assert sorted(tree.again()) == sorted(tree.sources)


def test_a_setting_that_says_which_model_is_meant_is_looked_at(tmp_path: Path, asked: list[str]) -> None:
    sources = {
        "shop/people/models.py": (
            "from django.db import models\n\nclass Buyer(models.Model):\n    name = models.TextField()\n\n"
            "class Seller(models.Model):\n    name = models.TextField()\n"
        ),
        "shop/settings.py": 'AUTH_USER_MODEL = "people.Buyer"\n',
        "shop/views.py": (
            "from django.contrib.auth import get_user_model\n\ndef f():\n    return list(get_user_model().objects.all())\n"
        ),
    }
    tree = Tree(tmp_path / "cache", sources, asked)
    tree.again()
    assert "people_buyer" in tree.tables()
    tree.sources["shop/settings.py"] = 'AUTH_USER_MODEL = "people.Seller"\n'
    assert "shop/views.py" in tree.again()
    assert "people_seller" in tree.tables()


def test_a_method_that_another_class_adds_to_a_type_is_looked_at(tmp_path: Path, asked: list[str]) -> None:
    extension = (
        "using Dapper;\nnamespace Shop;\npublic static class Finding {\n"
        '    public static string Wanted(this string name) { return "SELECT id FROM orders"; }\n}\n'
    )
    user = (
        "using Dapper;\nnamespace Shop;\npublic class Orders {\n"
        '    public void F(IDbConnection c) { c.Query<int>("x".Wanted()); }\n}\n'
    )
    tree = Tree(tmp_path / "cache", {"shop/Finding.cs": extension, "shop/Orders.cs": user}, asked)
    tree.again()
    tree.sources["shop/Finding.cs"] = extension.replace("orders", "returns")
    tree.again()
    assert "returns" in tree.tables()


def test_what_a_class_below_hands_up_is_looked_at(tmp_path: Path, asked: list[str]) -> None:
    base = (
        "import psycopg\n\nclass Store:\n    def __init__(self, table):\n        self.table = table\n\n"
        "    def load(self, cursor):\n        cursor.execute(f'SELECT id FROM {self.table}')\n"
    )
    below = "from shop.base import Store\n\nclass Orders(Store):\n    def __init__(self):\n        super().__init__('orders')\n"
    tree = Tree(tmp_path / "cache", {"shop/base.py": base, "shop/orders.py": below}, asked)
    tree.again()
    assert "orders" in tree.tables()
    tree.sources["shop/orders.py"] = below.replace("'orders'", "'returns'")
    assert "shop/base.py" in tree.again()
    assert "returns" in tree.tables()


def test_a_table_that_leads_back_to_itself_is_known_to_all_files(tmp_path: Path, asked: list[str]) -> None:
    sources = {
        "shop/schema.ts": (
            'import { pgTable, integer, type AnyPgColumn } from "drizzle-orm/pg-core";\n'
            'export const parts = pgTable("parts", {\n  id: integer("id"),\n'
            '  whole: integer("whole").references((): AnyPgColumn => parts.id),\n});\n'
        ),
        "shop/use.ts": (
            'import { drizzle } from "drizzle-orm/node-postgres";\nimport { parts } from "./schema";\n'
            "const db = drizzle(process.env.URL!);\nexport const all = () => db.select().from(parts);\n"
        ),
    }
    tree = Tree(tmp_path / "cache", sources, asked)
    tree.again()
    tree.sources["shop/use.ts"] += "export const more = () => db.delete(parts);\n"
    assert tree.again() == ["shop/use.ts"]
    assert tree.tables() == {"parts"}


def _examples(family: str) -> dict[str, str]:
    """The examples of all frameworks of a family in one tree, a folder for each."""
    found = {}
    for framework in ALL:
        for number, example in enumerate(framework.examples if framework.language == family else ()):
            for path, text in {**example.files, example.path: example.source}.items():
                found[f"{framework.name}{number}/{path}"] = text
    return found


def _edits(sources: dict[str, str], random_: random.Random) -> Iterator[tuple[str, str]]:
    """Yield files with texts in which a line is missing, doubled, or has another name in it."""
    paths = [path for path in sorted(sources) if _language(path)]
    while True:
        path = random_.choice(paths)
        written = sources[path].splitlines(keepends=True)
        if len(written) < 2:
            continue
        place = random_.randrange(len(written))
        changed = {0: [], 1: [written[place]] * 2, 2: [written[place].replace("e", "o", 1)]}[random_.randrange(3)]
        yield path, "".join((*written[:place], *changed, *written[place + 1 :]))


@pytest.mark.parametrize("family", FAMILIES)
def test_after_any_edit_what_is_remembered_and_what_is_not_say_the_same(family: str, tmp_path: Path, asked: list[str]) -> None:
    """Each edit is made on top of those before, so that what was kept of earlier runs is used for long."""
    random_ = random.Random(family)  # noqa: S311 - the same edits each time
    tree = Tree(tmp_path / "cache", _examples(family), asked)
    everything = len([path for path in tree.sources if family_of(_language(path)) == family])
    assert len(tree.again()) >= everything
    fewest = everything
    for (path, text), _ in zip(_edits(tree.sources, random_), range(EDITS), strict=False):
        tree.sources[path] = text
        fewest = min(fewest, len(tree.again()))
    assert everything < SMALL or fewest < everything / 2  # in a small tree each file may describe a table
