"""Files that are broken or hostile."""

import time
from pathlib import Path

import pytest

from tests.connections.trees import connections, service, settings

COMPOSE = "docker-compose.yml"
BUILT = "services:\n  orders:\n    build: ./orders\n"


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines) + "\nservices: {}\n"


PROBLEMS = {
    "a bomb": ({COMPOSE: bomb()}, "unsafe-document"),
    "broken YAML": ({COMPOSE: "services: {\n"}, "syntax-error"),
    "nothing but brackets": ({COMPOSE: "[" * 5000}, "too-deep"),
    "a missing env file": ({COMPOSE: BUILT + "    env_file: [gone.env]\n"}, "missing-env-file"),
    "extends itself": ({COMPOSE: BUILT + "    extends: {service: orders}\n"}, "cyclic-extends"),
    "extends nothing": ({COMPOSE: BUILT + "    extends: {file: gone.yml, service: x}\n"}, "missing-file"),
    "kustomizations in a circle": (
        {
            "k8s/a/kustomization.yaml": "resources: [../b]\n",
            "k8s/b/kustomization.yaml": "resources: [../a]\n",
        },
        "cyclic-include",
    ),
    "a template": (
        {"k8s/x.yaml": "apiVersion: v1\nkind: ConfigMap\ndata:\n{{- range .Values.x }}\n  a: b\n{{- end }}\n"},
        "template",
    ),
    "a template of Terraform": (
        {"k8s/x.yaml": "apiVersion: v1\nkind: ConfigMap\n%{ if traced }\ndata: {ON: a}\n%{ endif }\n"},
        "template",
    ),
    "values that are a template": (
        {"chart/Chart.yaml": "name: orders\n", "chart/values.yaml": "a: 1\n%{ if traced }\ndata: {ON: a}\n%{ endif }\n"},
        "template",
    ),
    "Ruby that is no YAML before it is filled in": (
        {"orders/config/database.yml": "production:\n  host: <%= ENV['A'].present? ? 'a' : 'b' %>\n  database: shop\n"},
        "",
    ),
    "a broken application.yml": ({"orders/src/main/resources/application.yml": "a: [\n"}, "syntax-error"),
    "an unknown tag": ({COMPOSE: BUILT + "    environment: !reset {DATABASE_URL: 'postgres://u:p@db/shop'}\n"}, ""),
}


@pytest.mark.parametrize(("files", "reason"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_cannot_be_read_is_listed_and_the_rest_used(files: dict[str, str], reason: str, tmp_path: Path) -> None:
    more = {"billing/.env": "DATABASE_URL=postgres://pg/billing\n"}
    tree, found = settings(tmp_path, service("orders", "billing") | files | more)
    assert {problem.reason for problem in (*found.problems, *tree.problems)} == ({reason} if reason else set())
    assert any(setting.service == "billing" for setting in found.settings)


def test_a_variable_that_nobody_sets_leaves_a_hole(tmp_path: Path) -> None:
    files = {COMPOSE: BUILT + "    environment: {DATABASE_URL: 'postgres://u:p@$DB_HOST/shop'}\n"}
    (link,) = connections(tmp_path, service("orders", "billing") | files)
    assert not link.complete


@pytest.mark.parametrize("value", ["$" * 4000, "${A" * 1300, "${A:-${A:-${A}}}", "${A}", "postgres://" + "@" * 4000])
def test_no_value_takes_long(value: str, tmp_path: Path) -> None:
    start = time.process_time()
    connections(tmp_path, service("orders", "billing") | {"orders/.env": f"A={value}\nB=${{A}}${{A}}\nDATABASE_URL={value}\n"})
    assert time.process_time() - start < 2


def test_a_file_outside_the_tree_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.env").write_text("DATABASE_URL=postgres://db/outside\n", encoding="utf-8")
    files = {COMPOSE: BUILT + "    env_file: [../secret.env, /etc/passwd]\n"}
    assert connections(tmp_path / "tree", service("orders", "billing") | files) == ()
