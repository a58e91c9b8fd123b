"""Env files in folders of no service: they hold for the services only where nothing says otherwise."""

from pathlib import Path

from dblint.config.model import Configuration
from dblint.pipeline import analyse
from tests.connections.trees import plant, service, settings

_SAID = "DB_HOST={}-db\nDB_NAME={}\nDB_USER=app\n"
_CODE = "import os, psycopg2\ndb = psycopg2.connect(host=os.environ['DB_HOST'], database=os.environ['DB_NAME'])\n"
_CODE += "db.cursor().execute('SELECT id FROM places')\n"


def _hosts(root: Path, files: dict[str, str]) -> set[tuple[str, str]]:
    _, found = settings(root, service("orders", "billing") | files)
    return {(each.service, each.value) for each in found.settings if each.name == "DB_HOST"}


def test_what_env_files_of_other_folders_contradict_each_other_in_holds_for_no_service(tmp_path: Path) -> None:
    files = {f"hosting/{name}/.env.sample": _SAID.format(name, name) for name in ("mail", "search")}
    tree, found = settings(tmp_path, service("orders", "billing") | files)
    assert len(tree.services) == 2
    assert {each.name for each in found.settings} == {"DB_USER"}


def test_an_env_file_that_none_contradicts_holds_for_all_and_so_does_one_at_the_root(tmp_path: Path) -> None:
    assert _hosts(tmp_path / "one", {"hosting/mail/.env.sample": _SAID.format("mail", "mail")}) == {
        ("orders", "mail-db"),
        ("billing", "mail-db"),
    }
    root = {".env.sample": _SAID.format("shop", "shop"), "orders/.env.sample": _SAID.format("own", "own")}
    assert _hosts(tmp_path / "root", root) == {("orders", "own-db"), ("orders", "shop-db"), ("billing", "shop-db")}


def test_env_files_of_environments_do_not_contradict_each_other(tmp_path: Path) -> None:
    files = {f"hosting/{name}/.env": _SAID.format(name, name) for name in ("dev", "prod")}
    assert {value for _, value in _hosts(tmp_path, files)} == {"dev-db", "prod-db"}


def test_services_whose_addresses_only_contradicting_examples_tell_share_no_database(tmp_path: Path) -> None:
    files = service("orders", "billing") | {"orders/db.py": _CODE, "billing/db.py": _CODE}
    plant(tmp_path, files | {f"hosting/{name}/.env.sample": _SAID.format(name, name) for name in ("mail", "search")})
    found = analyse(tmp_path, Configuration()).findings
    assert not [each for each in found if each.rule.startswith("shared")]
