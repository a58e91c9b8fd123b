"""Files that are broken, hostile, or hold secrets."""

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from tests.connections.trees import connections, plant, service, settings
from tests.fixtures.runs import ROOT, dblint

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
    "image": {"orders/Dockerfile": f"FROM python\nENV DB_PASSWORD={CANARY} DATABASE_URL=postgres://u:{CANARY}@db/shop\n"},
    "serverless": {
        "orders/serverless.yml": f"provider: {{environment: {{DB_PASS: {CANARY}, URL: 'mysql://u:{CANARY}@m/shop'}}}}\n"
    },
    "task definition": {
        "orders-task.json": '{"containerDefinitions": [{"name": "orders", "environment": [{"name": "DB_PASSWORD", "value":'
        f' "{CANARY}"}}, {{"name": "DATABASE_URL", "value": "postgres://u:{CANARY}@db/shop"}}]}}]}}'
    },
    "skaffold": {
        "skaffold.yaml": "apiVersion: skaffold/v2\nkind: Config\ndeploy: {helm: {releases: [{name: a, chartPath: charts/orders,"
        f" setValues: {{dbPassword: {CANARY}, url: 'postgres://u:{CANARY}@db/shop'}}}}]}}}}\n",
        "charts/orders/Chart.yaml": "name: orders\n",
        "charts/orders/values.yaml": "url: x\n",
        "charts/orders/templates/d.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: orders}\nspec: {template:"
        " {spec: {containers: [{name: orders, env: [{name: DB_URL, value: '{{ .Values.url }}'}]}]}}}\n",
    },
    "knexfile": {
        "orders/knexfile.js": "module.exports = {client: 'pg', connection: {host: 'db', database: 'shop', user: 'u',"
        f" password: '{CANARY}'}}}};\n"
    },
    "sequelize": {
        "orders/db.ts": "import { Sequelize } from 'sequelize';\n"
        f"new Sequelize('shop', 'u', '{CANARY}', {{host: 'db', dialect: 'mysql', password: '{CANARY}'}});\n"
    },
    "node urls": {
        "orders/db.js": "const { Pool } = require('pg');\n"
        f"const pw = '{CANARY}';\nconst url = `postgres://u:${{pw}}@db/shop`;\n"
        f"new Pool({{connectionString: 'postgres://u:{CANARY}@db/shop'}});\nnew Pool({{connectionString: url}});\n"
    },
    "app host": {
        "host/Program.cs": "var b = DistributedApplication.CreateBuilder(args);\n"
        f'var pg = b.AddPostgres("pg", password: b.AddParameter("p", "{CANARY}"));\nvar db = pg.AddDatabase("shop");\n'
        'b.AddProject<Projects.Orders>("orders").WithReference(db);\n'
    },
    "configuration server": {
        "repo/orders.yml": f"spring: {{datasource: {{url: 'jdbc:mysql://m/shop?password={CANARY}', password: {CANARY}}}}}\n",
        "repo/billing-prod.properties": f"spring.datasource.url=jdbc:mysql://u:{CANARY}@m/b\nspring.data.redis.password={CANARY}\n",
    },
    "redis of .NET": {"orders/appsettings.json": f'{{"ConnectionStrings": {{"Redis": "cache:6379,password={CANARY}"}}}}'},
    "oracle": {COMPOSE: BUILT + f"    environment: {{ORACLE_URL: 'jdbc:oracle:thin:u/{CANARY}@//o:1521/shop'}}\n"},
    "java": {
        "orders/src/A.java": f'class A {{ Object c = DriverManager.getConnection("jdbc:mysql://m/s", "u", "{CANARY}"); }}\n'
    },
    "ruby": {"orders/db.rb": f'Sequel.connect("postgres://u:{CANARY}@db/shop")\n'},
    "php": {"orders/db.php": f'<?php\n$db = new PDO("mysql:host=m;dbname=shop;password={CANARY}", "u", "{CANARY}");\n'},
    "python": {
        "orders/db.py": f"import psycopg\ndb = psycopg.connect(host='db', dbname='shop', user='u', password='{CANARY}')\n"
        f"psycopg.connect('postgres://u:{CANARY}@db/shop')\n"
    },
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


FORMATS = {
    "check": ("text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "markdown", "azure"),
    "report": ("markdown", "json", "csv", "html"),
    "facts": ("text", "json"),
    "graph": ("mermaid", "dot", "d2", "graphml", "json", "svg"),
}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All forms side by side, and code that fails to parse beside them."""
    root = tmp_path_factory.mktemp("canaries")
    for name, files in SECRETS.items():
        plant(root / name.replace(" ", "-"), service("orders", "billing") | files)
    return root


@pytest.mark.parametrize("command", FORMATS)
def test_no_password_is_printed_in_any_format(command: str, planted: Path) -> None:
    for form in FORMATS[command]:
        run = dblint(command, planted, "--format", form)
        assert run.stdout, run.stderr
        assert CANARY not in run.stdout + run.stderr


@pytest.mark.parametrize("words", [(), ("-v",), ("-vv",), ("-q",)])
def test_no_password_is_printed_at_any_verbosity(words: tuple[str, ...], planted: Path) -> None:
    run = dblint("check", planted, *words)
    assert CANARY not in run.stdout + run.stderr


def test_no_password_stays_in_the_cache_or_in_what_is_written(planted: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "DBLINT_CACHE_DIR": str(tmp_path)}
    for words in (("check",), ("check",), ("init", "--yes")):
        command = [sys.executable, "-P", "-m", "dblint", words[0], str(planted), *words[1:]]
        run = subprocess.run(command, capture_output=True, check=False, cwd=ROOT, env=environment)
        assert CANARY.encode() not in run.stdout + run.stderr
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    written = [path for path in planted.iterdir() if path.is_file()]
    assert written
    assert [path for path in (*kept, *written) if CANARY.encode() in path.read_bytes()] == []


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
