"""Files that are broken, hostile, or hold secrets."""

import time
from pathlib import Path

import msgspec
import pytest

from tests.connections.trees import connections, plant, service, settings
from tests.fixtures.runs import dblint

CANARY = "cAn4ry"
COMPOSE = "docker-compose.yml"
BUILT = "services:\n  orders:\n    build: ./orders\n"

SECRETS = {
    "compose url": {COMPOSE: BUILT + f"    environment: {{DATABASE_URL: 'postgres://u:{CANARY}@db/shop'}}\n"},
    "compose default": {COMPOSE: BUILT + f"    environment: {{DATABASE_URL: 'postgres://u:${{PW:-{CANARY}}}@db/shop'}}\n"},
    "compose variable": {COMPOSE: BUILT + f"    environment:\n      POSTGRES_PASSWORD: {CANARY}\n      PGPASS: {CANARY}\n"},
    "compose list": {COMPOSE: BUILT + f"    environment: ['DB_PASS={CANARY}', 'DB_HOST=db', 'MYSQL_PWD={CANARY}']\n"},
    "compose options": {COMPOSE: BUILT + f"    environment: ['JAVA_OPTS=-Ddb.password={CANARY} -Xmx1g']\n"},
    "env file": {
        COMPOSE: BUILT + "    env_file: a.env\n",
        "a.env": f"DB_PASSWORD={CANARY}\nURL=mysql://u:{CANARY}@m/shop\nAPI_TOKEN='{CANARY}'\n",
    },
    "interpolated": {
        COMPOSE: BUILT + "    environment: {DATABASE_URL: 'postgres://u:${DB_PASSWORD}@db/shop'}\n",
        ".env": f"DB_PASSWORD={CANARY}\n",
    },
    "spring": {
        "orders/src/main/resources/application.yml": "spring:\n  datasource:\n"
        f"    url: jdbc:mysql://m/shop?user=u&password={CANARY}\n"
        f"    password: {CANARY}\n    hikari: {{password: '{CANARY}'}}\n",
        "orders/src/main/resources/application-prod.properties": f"spring.datasource.password={CANARY}\n"
        f"url=redis://:{CANARY}@r/0\n",
    },
    "spring placeholder": {
        "orders/src/main/resources/application.yml": f"spring.datasource.url: ${{DB:jdbc:postgresql://u:{CANARY}@db/shop}}\n"
    },
    "rails": {
        "orders/config/database.yml": f"production: {{adapter: postgresql, host: db, database: shop, password: {CANARY}}}\n"
        f"development: {{url: 'postgres://u:{CANARY}@db/dev', password: \"<%= ENV.fetch('PW') {{ '{CANARY}' }} %>\"}}\n"
    },
    "appsettings": {
        "orders/appsettings.json": f'{{"ConnectionStrings": {{"A": "Server=db;Database=shop;User Id=u;Password={CANARY};", '
        f'"B": "Host=db;Database=x;Username=u;Pwd={CANARY} {CANARY}"}}, "Jwt": {{"Secret": "{CANARY}"}}}}'
    },
    "prisma": {"orders/schema.prisma": f'datasource db {{\n  provider = "mysql"\n  url = "mysql://u:{CANARY}@m/shop"\n}}\n'},
    "ormconfig": {"orders/ormconfig.json": f'{{"type": "mysql", "host": "m", "database": "shop", "password": "{CANARY}"}}'},
    "alembic": {"orders/alembic.ini": f"[alembic]\nsqlalchemy.url = postgresql://u:{CANARY}@db/shop\n"},
    "flyway": {"orders/flyway.conf": f"flyway.url=jdbc:postgresql://db/shop?password={CANARY}\nflyway.password={CANARY}\n"},
    "liquibase": {"orders/liquibase.properties": f"url=jdbc:oracle:thin:u/{CANARY}@//o:1521/shop\npassword: {CANARY}\n"},
    "terraform": {
        "infra/main.tf": f'module "orders" {{\n  db_password = "{CANARY}"\n  url = "postgres://u:{CANARY}@db/shop"\n}}\n'
    },
    "kubernetes": {
        "k8s/orders.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
        f"stringData: {{DB_PASSWORD: {CANARY}, uri: 'postgres://u:{CANARY}@db/shop', pgpass: {CANARY}}}\n---\n"
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders}\nspec: {template: {spec: {containers: [{name: orders,"
        f" image: orders, envFrom: [{{secretRef: {{name: s}}}}], env: [{{name: DB_PASSWORD, value: {CANARY}}},"
        f" {{name: DB_URL, value: 'postgres://u:{CANARY}@db/shop'}}]}}]}}}}}}\n"
    },
    "kustomize": {
        "k8s/overlays/prod/kustomization.yaml": "secretGenerator:\n- name: s\n"
        f"  literals: ['password={CANARY}', 'DB_PASS={CANARY}']\n"
    },
    "helm": {
        "charts/orders/Chart.yaml": "name: orders\n",
        "charts/orders/values.yaml": f"env: {{DB_PASSWORD: {CANARY}, DB_URL: 'postgres://u:{CANARY}@db/shop'}}\n"
        f"dbPassword: {CANARY}\n",
    },
    "code": {"orders/main.go": f'package main\n\nvar dsn = "postgres://u:{CANARY}@db/shop"\n'},
    "go form": {COMPOSE: BUILT + f"    environment: {{DB_DSN: 'u:{CANARY}@tcp(m:3306)/shop'}}\n"},
    "libpq": {COMPOSE: BUILT + f"    environment: {{PG_DSN: 'host=db user=u password={CANARY} dbname=shop'}}\n"},
    "broken": {COMPOSE: BUILT + f"    environment: {{DB_PASSWORD: {CANARY}\n"},
}


@pytest.mark.parametrize("files", SECRETS.values(), ids=SECRETS)
def test_no_password_enters_a_setting_or_a_problem(files: dict[str, str], tmp_path: Path) -> None:
    tree, found = settings(tmp_path, service("orders", "billing") | files)
    links = connections(tmp_path, {})
    assert CANARY.encode() not in msgspec.json.encode(
        (found.settings, found.hosts, found.problems, found.mounts, links, tree.problems)
    )


def test_no_password_is_printed(tmp_path: Path) -> None:
    for name, files in SECRETS.items():
        plant(tmp_path / name.replace(" ", "-"), service("orders", "billing") | files)
    for words in (["check", "--format", "json"], ["check"], ["facts"], ["facts", "--format", "json"], ["check", "-v"]):
        run = dblint(words[0], tmp_path, *words[1:])
        assert run.stdout
        assert CANARY not in run.stdout + run.stderr


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
    start = time.perf_counter()
    connections(tmp_path, service("orders", "billing") | {"orders/.env": f"A={value}\nB=${{A}}${{A}}\nDATABASE_URL={value}\n"})
    assert time.perf_counter() - start < 2


def test_a_file_outside_the_tree_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.env").write_text("DATABASE_URL=postgres://db/outside\n", encoding="utf-8")
    files = {COMPOSE: BUILT + "    env_file: [../secret.env, /etc/passwd]\n"}
    assert connections(tmp_path / "tree", service("orders", "billing") | files) == ()
