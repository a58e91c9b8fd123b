"""Services and settings are remembered for as long as what they are read from is the same."""

from pathlib import Path

import pytest

from dblint.config.model import Configuration, ServiceEntry
from dblint.connections.identity import Identities, databases
from dblint.connections.model import Settings
from dblint.connections.reading import written as written_by
from dblint.connections.sources import with_sources
from dblint.deployed import deployed
from dblint.discover.listing import Listing, listed
from dblint.discover.tree import discover
from dblint.discovered import discovered
from dblint.engine.cache import Cache
from dblint.engine.memory import Memory
from dblint.model.place import Place
from dblint.model.tree import Tree
from tests.discover.trees import write

COMPOSE = """services:
  orders:
    build: orders
    environment:
      DATABASE_URL: postgres://orders@db/orders
  db:
    image: postgres:16
"""


class Shop:
    """A tree of which services and settings are remembered, and how often each was made."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = folder / "shop"
        self._cache = folder / "cache"
        self._cache.mkdir(mode=0o700)
        self.made: list[str] = []
        self.configuration = Configuration()
        write(self.root / "compose.yml", COMPOSE)
        write(self.root / "orders/Dockerfile", "FROM python\n")
        write(self.root / "orders/app.py", "import os\nos.environ['DATABASE_URL']\n")

        def discovering(root: Path, configuration: Configuration, everything: Listing | None = None) -> Tree:
            self.made.append("tree")
            return discover(root, configuration, everything)

        def writing(tree: Tree, text_of: object) -> Settings:
            self.made.append("settings")
            return written_by(tree, text_of)  # type: ignore[arg-type]  # passed through

        monkeypatch.setattr("dblint.discover.tree.discover", discovering)
        monkeypatch.setattr("dblint.connections.reading.written", writing)

    def look(self) -> tuple[Tree, tuple[str, ...]]:
        """The tree and the databases of its services, which are those of a tree that is seen for the first time."""
        tree, settings = self.settings()
        assert tree == discover(self.root, self.configuration)
        return tree, tuple(link.database for link in databases(Identities(settings, tree), tree))

    def settings(self) -> tuple[Tree, Settings]:
        """The tree and the settings of its services, as they are where nothing is remembered."""
        memory = Memory(Cache(str(self._cache), pytest.fail), "trees")
        tree = discovered(self.root, self.configuration, listed(self.root), memory)
        settings = deployed(tree, self.text_of, memory)
        memory.save()
        assert settings == with_sources(written_by(tree, self.text_of), tree, self.text_of)
        return tree, settings

    def text_of(self, path: str) -> str | None:
        listing = listed(self.root)
        return listing.text(path) if path in listing.sizes else None


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(tmp_path, monkeypatch)


def test_an_edit_of_source_makes_neither_anew_and_its_size_is_told(shop: Shop) -> None:
    before = shop.look()
    write(shop.root / "orders/app.py", "import os\nos.environ['DATABASE_URL']\nprint(1)\n")
    after = shop.look()
    assert shop.made == ["tree", "settings"]
    assert after[1] == before[1] == ("postgresql://db/orders",)
    assert after[0].files != before[0].files


def test_a_file_more_makes_the_tree_anew_and_no_setting(shop: Shop) -> None:
    shop.look()
    write(shop.root / "orders/more.py", "import os\n")
    shop.look()
    assert shop.made == ["tree", "settings", "tree"]


def test_another_database_in_a_deployment_file_is_seen(shop: Shop) -> None:
    shop.look()
    write(shop.root / "compose.yml", COMPOSE.replace("db/orders", "db/sales"))
    assert shop.look()[1] == ("postgresql://db/sales",)


def test_a_new_service_in_a_deployment_file_is_seen(shop: Shop) -> None:
    write(shop.root / "stock/app.py", "import os\n")
    shop.look()
    write(shop.root / "compose.yml", COMPOSE + "  stock:\n    build: stock\n")
    assert "stock" in {service.name for service in shop.look()[0].services}


def test_a_setting_that_code_no_longer_names_is_judged_by_the_code_of_today(shop: Shop) -> None:
    shared = "x-common: &common\n  BILLING_DB_URL: postgres://b@db/billing\n" + COMPOSE.replace(
        "      DATABASE_URL: postgres://orders@db/orders\n", "      <<: *common\n"
    )
    write(shop.root / "compose.yml", shared + "  stock:\n    build: stock\n    environment:\n      <<: *common\n")
    write(shop.root / "stock/Dockerfile", "FROM python\n")
    write(shop.root / "stock/app.py", "import os\nos.environ['BILLING_DB_URL']\n")
    write(shop.root / "orders/app.py", "import os\nos.environ['BILLING_DB_URL']\n")
    assert shop.look()[1] == ("postgresql://db/billing",) * 2
    write(shop.root / "orders/app.py", "import os\nos.environ['HOME']\n")
    assert shop.look()[1] == ("postgresql://db/billing",)
    assert shop.made == ["tree", "settings"]


def test_what_a_script_starts_says_whose_settings_these_are(shop: Shop) -> None:
    files = {name: f"{name}/main.py" for name in ("orders", "stock")}
    for path in files.values():
        write(shop.root / path, "import os\n")
    started = COMPOSE.replace("build: orders", "build: .\n    command: ./start.sh").replace("orders:", "worker:")
    write(shop.root / "compose.yml", started)
    write(shop.root / "Dockerfile", "FROM python\nCOPY . .\n")
    place = Place("dblint.yaml", 1)
    shop.configuration = Configuration(services=tuple(ServiceEntry(name, name, place) for name in files))

    def users(name: str) -> set[str]:
        write(shop.root / "start.sh", f"#!/bin/sh\nexec python {files[name]}\n")
        settings = shop.settings()[1]
        return {each.service for each in settings.settings}

    assert users("orders") != users("stock")


def test_a_question_that_nobody_registered_is_asked_as_a_text(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dblint.discovered._QUESTIONS", {})
    write(shop.root / "orders/app.py", "# Code generated by sqlc. DO NOT EDIT.\nimport os\n")
    told = [{file.role for file in shop.look()[0].files if file.path == "orders/app.py"} for _ in range(2)]
    assert told == [{"generated"}] * 2


def test_a_file_that_says_it_is_generated_is_so(shop: Shop) -> None:
    shop.look()
    write(shop.root / "orders/app.py", "# Code generated by sqlc. DO NOT EDIT.\nimport os\n")
    assert {file.role for file in shop.look()[0].files if file.path == "orders/app.py"} == {"generated"}
