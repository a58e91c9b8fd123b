import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from dblint import config
from dblint.config import ConfigurationError
from dblint.model.place import Place

GOOD = """\
version: 1
services:
  - {name: orders, path: services/orders, databases: [shop]}
  - {name: billing, path: services/billing/, owns: [invoices, "billing_*"], kind: service}
databases:
  shop: {url: "postgresql://app:s3cr3t@db/shop", schema: public}
allow:
  - {service: orders, table: billing.*, mode: read, reason: fed by events, until: 2027-06-30}
rules: {shared-database: note}
exclude: legacy/
sql-functions:
  - {call: repo.fetch, argument: 0, kind: table}
  - {call: run, argument: query}
suppressions: {require-reason: true}
fail-level: warning
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("services/orders", "services/billing", "rules"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def mistakes(root: Path, text: str) -> list[str]:
    (root / "dblint.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        config.load(None, root)
    assert str(caught.value) == "\n".join(map(str, caught.value.mistakes))
    return [str(mistake) for mistake in caught.value.mistakes]


def test_without_a_file_the_defaults_hold(root: Path) -> None:
    assert config.load(None, root) == config.Configuration()


def test_every_key_reaches_the_configuration(root: Path) -> None:
    (root / "dblint.yaml").write_text(GOOD)
    loaded = config.load(None, root)
    orders, billing = loaded.services
    assert (orders.path, orders.databases, orders.place) == ("services/orders", ("shop",), Place("dblint.yaml", 3, 5))
    assert (billing.path, billing.owns) == ("services/billing", ("invoices", "billing_*"))
    assert (loaded.databases[0].url, loaded.databases[0].user, loaded.databases[0].schema) == (
        "postgresql://db/shop",
        "app",
        "public",
    )
    assert (loaded.allow[0].modes, loaded.allow[0].until) == (("read",), date(2027, 6, 30))
    assert loaded.rules == (config.RuleSetting("shared-database", "note", Place("dblint.yaml", 9, 9)),)
    assert loaded.exclude == ("legacy/",)
    assert [(function.call, function.argument, function.kind) for function in loaded.sql_functions] == [
        ("repo.fetch", 0, "table"),
        ("run", "query", "sql"),
    ]
    assert (loaded.require_reason, loaded.fail_level, loaded.prefix) == (True, "warning", "")


def test_a_service_of_several_folders_may_say_them_in_one_path(root: Path) -> None:
    for folder in ("cmd/orders", "internal/orders", "more"):
        (root / folder).mkdir(parents=True)
    written = "version: 1\nservices:\n  - {name: orders, path: cmd/orders + internal/orders, paths: [more]}\n"
    (root / "dblint.yaml").write_text(written)
    (orders,) = config.load(None, root).services
    assert (orders.path, orders.paths) == ("cmd/orders", ("internal/orders", "more"))
    (root / "a + b").mkdir()
    (root / "dblint.yaml").write_text("version: 1\nservices:\n  - {name: orders, path: a + b}\n")
    assert [(each.path, each.paths) for each in config.load(None, root).services] == [("a + b", ())]


def test_each_of_several_folders_must_exist(root: Path) -> None:
    assert mistakes(root, "version: 1\nservices:\n  - {name: orders, path: services/orders + gone}\n") == [
        "dblint.yaml:3:26 path 'gone' does not exist"
    ]


def test_all_mistakes_come_at_once_each_at_its_place(root: Path) -> None:
    text = """\
version: 1
servcies: []
services:
  - {name: orders, path: services/orders}
  - {name: orders, path: services/biling, kind: libary}
  - name: x
databases:
  shop: {url: foo, dialekt: mysql}
allow:
  - {service: order, table: a, mode: reed, until: 2027-06-99}
rules: {shared-database: nott}
version: 2
"""
    assert mistakes(root, text) == [
        "dblint.yaml:2:1 unknown key 'servcies' (did you mean 'services'?)",
        "dblint.yaml:5:12 service 'orders' is declared twice, first in line 4",
        "dblint.yaml:5:26 path 'services/biling' does not exist (did you mean 'services/billing'?)",
        "dblint.yaml:5:49 'libary' must be service, library or schema (did you mean 'library'?)",
        "dblint.yaml:6:5 missing key 'path'",
        "dblint.yaml:8:15 'url' must be a database URL such as postgresql://host:5432/name",
        "dblint.yaml:8:20 unknown key 'dialekt' (did you mean 'dialect'?)",
        "dblint.yaml:10:5 missing key 'reason'",
        "dblint.yaml:10:15 unknown service 'order' (did you mean 'orders'?)",
        "dblint.yaml:10:38 'reed' must be read, write, join or any (did you mean 'read'?)",
        "dblint.yaml:10:51 'until' must be a date written as YYYY-MM-DD",
        "dblint.yaml:11:26 'nott' must be error, warning, note or off (did you mean 'note'?)",
        "dblint.yaml:12:1 key 'version' is written twice",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1 is empty: at least `version: 1` is needed"),
        ("# nothing\n", "1:1 is empty: at least `version: 1` is needed"),
        ("- a\n", "1:1 must be a mapping of keys such as `version` and `services`"),
        ("version: 1\n---\nversion: 1\n", "3:1 holds a second YAML document"),
        ("version: 1\nservices:\n\t- x\n", "3:1 not valid YAML: a tab cannot indent, use spaces"),
        ("version: 1\nrules: {a: b\n", "3:1 not valid YAML"),
        ("version: 1\nexclude: *nobody\n", "2:10 not valid YAML: an alias without its anchor"),
        ("version: 1\nexclude: &a [*a]\n", "2:14 not valid YAML: an alias without its anchor"),
        ("version: 2\n", "1:10 'version' must be 1, the only version of this format"),
        ("exclude: []\n", "1:1 missing key 'version'"),
        ("version: 1\nservices: {orders: a}\n", "2:11 'services' must be a list"),
        ("version: 1\nservices: [orders]\n", "2:12 'services' must be a mapping"),
        ("version: 1\ndatabases: [a]\n", "2:12 'databases' must be a mapping"),
        ("version: 1\nsuppressions: {require-reason: yes}\n", "2:32 'require-reason' must be true or false"),
        ("version: 1\nexclude: [[a]]\n", "2:11 'exclude' must be a text"),
        ("version: 1\nexclude: ['']\n", "2:11 'exclude' must not be empty"),
        (
            "version: 1\nallow: [{service: a, table: b, reason: c, until: 20270630}]\n",
            "2:50 'until' must be a date written as YYYY-MM-DD",
        ),
        ("version: 1\nsql-functions: [{call: a, argument: -1}]\n", "2:37 'argument' must be a position counted from 0"),
        ("version: 1\ntests: [ok, '!']\n", "2:13 '!' is no pattern as in .gitignore"),
        ("version: 1\nrules: {'': off}\n", "2:9 a name must not be empty"),
        ("version: 1\nservices: [{name: a, path: /etc}]\n", "2:28 path '/etc' must be relative, with /"),
        ("version: 1\nservices: [{name: a, path: ../x}]\n", "2:28 path '../x' leaves the scanned folder"),
        ("version: 1\nservices: [{name: '*', path: rules}]\n", "2:19 a service cannot be called '*'"),
        (
            "version: 1\nservices: [{name: a, path: rules}, {name: b, path: ./rules/}]\n",
            "2:52 path './rules/' belongs to service 'a' already",
        ),
        (
            "version: 1\nservices: [{name: a, path: rules, databases: [shpo]}]\ndatabases: {shop: {}}\n",
            "2:47 unknown database 'shpo' (did you mean 'shop'?)",
        ),
    ],
)
def test_a_mistake_is_named_in_our_words(root: Path, text: str, expected: str) -> None:
    found = mistakes(root, text)
    assert len(found) == 1
    assert found[0].startswith(f"dblint.yaml:{expected}")


def test_a_link_out_of_the_scanned_folder_is_no_service_path(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (root / "away").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    assert "leaves the scanned folder" in mistakes(root, "version: 1\nservices: [{name: a, path: away}]\n")[0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"version: 1\nexclude: [\xff]\n", "is not UTF-8 text"),
        (b"#" * 1_000_001, "larger than 1 MB"),
        (b"version: 1\nexclude: " + b"[" * 100_000, "nested deeper than 200 levels"),
        (b"version: 1\nexclude: " + b"{a: " * 100_000, "nested deeper than 200 levels"),
        (b"version: 1\nexclude: ['\x00']\n", "not valid YAML"),
        (
            b"a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + b"".join(b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 10)) for n in range(9)),
            "more than 100000 nodes once aliases are expanded",
        ),
    ],
)
def test_hostile_yaml_is_refused_at_once(root: Path, data: bytes, message: str) -> None:
    (root / "dblint.yaml").write_bytes(data)
    with pytest.raises(ConfigurationError) as caught:
        config.load(None, root)
    assert message in str(caught.value)


def test_a_heading_without_a_value_counts_as_absent(root: Path) -> None:
    (root / "dblint.yaml").write_text("version: 1\nservices:\n#  - {name: a}\nfail-level: ~\n")
    assert config.load(None, root).services == ()


def test_a_file_that_is_not_there_is_a_mistake(root: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.yaml:1:1 cannot be read"):
        config.load(root / "nowhere.yaml", root)


def test_the_file_is_looked_for_up_to_the_git_root(root: Path) -> None:
    (root / ".git").mkdir()
    (root / ".dblint.yaml").write_text(
        "version: 1\nservices: [{name: a, path: services/orders}, {name: b, path: services/billing}, {name: c, path: rules}]\n"
    )
    found = config.find(root / "services" / "orders")
    assert found == root / ".dblint.yaml"
    loaded = config.load(None, root / "services")
    assert [service.path for service in loaded.services] == ["orders", "billing", "../rules"]
    assert (loaded.path, loaded.prefix) == ("../.dblint.yaml", "services/")
    assert config.load(None, root / "services" / "orders").services[0].path == "."


def test_the_search_stops_at_the_folder_where_there_is_no_git(root: Path) -> None:
    (root / "dblint.yaml").write_text("version: 1\n")
    assert config.find(root / "services") is None


def test_the_search_stops_at_the_nearest_git_root(root: Path) -> None:
    (root / "dblint.yaml").write_text("version: 1\n")
    (root / ".git").mkdir()
    (root / "services" / ".git").mkdir()
    assert config.find(root / "services" / "orders") is None


def test_a_named_file_speaks_of_the_scanned_folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("elsewhere") / "strict.yaml"
    file.write_text("version: 1\nservices: [{name: a, path: services/orders}]\n")
    assert config.load(file, root).services[0].path == "services/orders"


def test_a_password_survives_nowhere(root: Path) -> None:
    canary = "hunter2"
    text = f"""\
version: 1
services: [{{name: a, path: rules, databases: ["mysql://u:{canary}@h/d"]}}]
databases: {{shop: {{url: "postgresql://u:{canary}@h/d"}}}}
"""
    (root / "dblint.yaml").write_text(text)
    loaded = config.load(None, root)
    assert canary not in repr(loaded) + config.effective(loaded)
    assert loaded.services[0].databases == ("mysql://h/d",)
    wrong = text + f'fail-level: "postgresql://u:{canary}@h"\n"postgresql://u:{canary}@h": 1\nexclude: {{a: "{canary}"}}\n'
    assert canary not in "".join(mistakes(root, wrong))


def test_effective_values_can_be_read_again(root: Path) -> None:
    (root / "dblint.yaml").write_text(GOOD)
    first = config.effective(config.load(None, root))
    (root / "dblint.yaml").write_text(first)
    assert config.effective(config.load(None, root)) == first
    assert yaml.safe_load(first)["fail-level"] == "warning"


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    jsonschema.Draft202012Validator.check_schema(config.schema())
    validator = jsonschema.Draft202012Validator(config.schema())
    document = yaml.safe_load(GOOD)
    document["allow"][0]["until"] = "2027-06-30"
    assert list(validator.iter_errors(document)) == []
    assert list(validator.iter_errors({"version": 1, "servcies": []}))
    assert list(validator.iter_errors({"version": 1, "rules": {"x": "nott"}}))


def test_the_schema_is_the_same_every_time_and_describes_each_key() -> None:
    assert json.dumps(config.schema()) == json.dumps(config.schema())
    properties = config.schema()["properties"]
    assert isinstance(properties, dict)
    assert [key for key, value in properties.items() if not value.get("description")] == []


def test_importing_the_package_loads_no_large_library() -> None:
    code = "import sys, dblint.config; print(sorted({'pydantic', 'yaml', 'pathspec'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_documentation_shows_a_valid_file(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    for folder in (
        "services/orders",
        "services/billing",
        "libs/common",
        "database",
        "architecture/rules",
        "architecture/frameworks",
    ):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "dblint.yaml").write_text(example)
    assert config.load(None, tmp_path).services
    properties = config.schema()["properties"]
    assert isinstance(properties, dict)
    assert [key for key in properties if f"\n{key}:" not in "\n" + example] == []
