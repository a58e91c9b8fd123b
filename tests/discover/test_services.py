"""Which folders of a tree are services, and why."""

import time
from pathlib import Path

import pytest

from dblint.config import Configuration, ServiceEntry
from dblint.model.place import Place
from tests.discover.trees import kinds, plant, scan, services


def declared(name: str, path: str, *paths: str) -> ServiceEntry:
    return ServiceEntry(name=name, path=path, place=Place("dblint.yaml", 1), paths=paths)


def test_declared_services_switch_detection_off(tmp_path: Path) -> None:
    plant(tmp_path, "orders/app.py", "billing/app.py", "billing/jobs/run.py", "tools/x.py")
    entries = (declared("b", "billing"), declared("jobs", "billing/jobs", "tools/x.py"))
    tree = scan(tmp_path, Configuration(services=entries))
    assert [(service.name, service.declared, service.evidence[0].kind) for service in tree.services] == [
        ("b", True, "declared"),
        ("jobs", True, "declared"),
    ]
    assert {file.path: file.service for file in tree.files} == {
        "billing/app.py": "b",
        "billing/jobs/run.py": "jobs",
        "orders/app.py": "",
        "tools/x.py": "jobs",
    }


def test_a_compose_service_is_its_build_context(tmp_path: Path) -> None:
    compose = """\
services:
  db: {image: postgres:16}
  orders:
    build: ./services/orders
    command: python -m app.main
  orders-worker:
    build: {context: services/orders}
    command: [python, -m, worker.main]
  billing:
    build: {context: ., dockerfile: services/billing/Dockerfile}
"""
    plant(
        tmp_path,
        "services/orders/app/main.py",
        "services/orders/worker/main.py",
        "services/billing/main.py",
        contents={"docker-compose.yml": compose, "services/billing/Dockerfile": "FROM python\nCMD python main.py\n"},
    )
    assert services(tmp_path) == {"orders": "services/orders", "billing": "services/billing"}
    orders = next(service for service in scan(tmp_path).services if service.name == "orders")
    assert [(proof.kind, str(proof.place), proof.message) for proof in orders.evidence] == [
        ("compose", "docker-compose.yml:3", "service orders"),
        ("compose", "docker-compose.yml:6", "service orders-worker"),
    ]


SCRIPT = """\
#!/bin/sh
cd "$(dirname $0)"
if [[ "$1" == "listen" ]]; then
    exec python3.11 -m listener.main
elif [[ "$1" == "api" ]]; then
    exec gunicorn -c api/settings.py \\
        -w 4 api.server:app
fi
case "$2" in
  report|reports) python reporting/run.py ;;
  *) echo "no" ;;
esac
"""


def test_a_command_is_followed_through_an_entry_point_script(tmp_path: Path) -> None:
    compose = """\
services:
  ve_listener: {image: app, command: /engine/entrypoint.sh listen}
  ve_api: {build: ., command: ["/engine/entrypoint.sh", "api"]}
"""
    template = """\
apiVersion: v1
kind: Template
objects:
- kind: Deployment
  spec:
    containers:
    - image: x
      command: [/engine/entrypoint.sh]
      args: [listen]
    initContainers:
    - image: x
      command: [python, -m, setup_things.main]
"""
    plant(
        tmp_path,
        "listener/main.py",
        "api/server.py",
        "api/settings.py",
        "common/db.py",
        "database/001.sql",
        "database/upgrade.py",
        "tests/test_api.py",
        "scripts/x.py",
        contents={"entrypoint.sh": SCRIPT, "docker-compose.yml": compose, "deploy/app.yaml": template},
    )
    assert kinds(tmp_path) == {"api": "service", "listener": "service", "common": "library", "database": "schema"}
    listener = next(service for service in scan(tmp_path).services if service.name == "listener")
    assert [(proof.kind, str(proof.place)) for proof in listener.evidence] == [
        ("compose", "docker-compose.yml:2"),
        ("kubernetes", "deploy/app.yaml:8"),
    ]


@pytest.mark.parametrize(
    "command",
    [
        "python -m listener.main",
        "python listener/main.py",
        "python3 /app/listener/main.py --verbose",
        "sh -c 'sleep 1 && exec python -m listener.main'",
        'bash -c "./wait-for-it.sh db:5432 -- python -m listener.main"',
        "tini -- python -m listener.main",
        "uvicorn listener.main:app --host 0.0.0.0",
        "celery -A listener.main worker",
        "poetry run gunicorn -w 4 listener.main:create_app()",
        "env A=b python -m listener",
        "./run.sh listener",
        "./any.sh python -m listener.main",
    ],
)
def test_a_command_names_its_folder(tmp_path: Path, command: str) -> None:
    plant(
        tmp_path,
        "listener/main.py",
        "listener/__main__.py",
        "sender/main.py",
        contents={
            "run.sh": "#!/bin/sh\npython -m $1.main\n",
            "any.sh": '#!/bin/sh\nset -e\nexec "$@"\n',
            "compose.yaml": "services:\n  b: {build: ., command: python -m sender.main}\n"
            f"  a:\n    build: .\n    command: {command}\n",
        },
    )
    evidence = {service.name: service.evidence[0].kind for service in scan(tmp_path).services}
    assert evidence == {"listener": "compose", "sender": "compose"}


def test_a_procfile_starts_folders(tmp_path: Path) -> None:
    plant(tmp_path, "web/app.py", "mailer/app.py", contents={"Procfile": "web: gunicorn web.app\nmail: python mailer/app.py\n"})
    assert services(tmp_path) == {"web": "web", "mailer": "mailer"}


def test_dockerfiles_beside_each_other_start_what_they_copy(tmp_path: Path) -> None:
    for name in ("orders", "billing"):
        text = f'FROM python\nCOPY common /app/common\nCOPY services/{name} /app\nCMD ["python", "main.py"]\n'
        plant(tmp_path, f"services/{name}/main.py", contents={f"docker/{name}.Dockerfile": text})
    plant(tmp_path, "common/db.py")
    assert kinds(tmp_path) == {"billing": "service", "orders": "service", "common": "library"}


def test_a_mounted_folder_is_what_a_stock_image_runs(tmp_path: Path) -> None:
    compose = """\
services:
  a: {image: python, volumes: ["./orders:/app"], command: python app.py}
  b: {image: python, volumes: ["./billing:/app"], command: python app.py}
  c: {image: redis, command: redis-server /etc/redis.conf}
"""
    plant(tmp_path, "orders/app.py", "billing/app.py", contents={"compose.yml": compose})
    assert services(tmp_path) == {"orders": "orders", "billing": "billing"}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", '[tool.uv.workspace]\nmembers = ["parts/*"]\n'),
        ("package.json", '{"workspaces": ["parts/*"]}'),
        ("package.json", '{"workspaces": {"packages": ["parts/**"]}}'),
        ("pnpm-workspace.yaml", "packages:\n  - parts/*\n  - '!parts/none'\n"),
        ("Cargo.toml", '[workspace]\nmembers = ["parts/orders", "parts/billing"]\n'),
        ("go.work", "go 1.22\nuse (\n\t./parts/orders\n\t./parts/billing\n)\n"),
        ("pom.xml", "<project><modules><module>parts/orders</module><module>parts/billing</module></modules></project>"),
        (
            "shop.sln",
            'Project("{F}") = "o", "parts\\orders\\o.csproj", "{G}"\nProject("{F}") = "b", "parts\\billing\\b.csproj", "{G}"\n',
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\norders = {path = "parts/orders"}\nbilling = {path = "parts/billing"}\n',
        ),
    ],
)
def test_the_members_of_a_workspace_are_services(tmp_path: Path, file: str, text: str) -> None:
    plant(tmp_path, "parts/orders/main.py", "parts/orders/inner/x.py", "parts/billing/main.py", contents={file: text})
    tree = scan(tmp_path)
    assert [(service.path, service.evidence[0].kind, service.evidence[0].place.path) for service in tree.services] == [
        ("parts/billing", "workspace", file),
        ("parts/orders", "workspace", file),
    ]


@pytest.mark.parametrize(
    "text", ["[", "[tool]\nuv = 1\n", "workspace = []\n", '[workspace]\nmembers = "x"\n', "a = " + "[" * 5000]
)
def test_a_bad_workspace_file_says_nothing(tmp_path: Path, text: str) -> None:
    plant(tmp_path, "a/main.py", "b/main.py", contents={"pyproject.toml": text, "package.json": text})
    assert services(tmp_path) == {"a": "a", "b": "b"}


def test_a_django_project_is_one_service_however_many_apps_it_has(tmp_path: Path) -> None:
    root = plant(
        tmp_path / "shop",
        "manage.py",
        "shop/settings.py",
        "orders/models.py",
        "orders/migrations/__init__.py",
        "apps/billing/apps.py",
        contents={
            "Dockerfile": "FROM python\nCMD gunicorn shop.wsgi\n",
            "Procfile": "web: gunicorn shop.wsgi\nworker: celery -A shop worker\n",
        },
    )
    tree = scan(root)
    assert [(service.name, service.path) for service in tree.services] == [("shop", ".")]
    assert {evidence.kind for evidence in tree.services[0].evidence} >= {"django"}


def test_a_program_at_the_root_has_its_packages_beside_what_is_deployed_on_its_own(tmp_path: Path) -> None:
    root = plant(
        tmp_path / "inventory",
        "app/models.py",
        "api/views.py",
        "lib/x.py",
        "worker/main.py",
        contents={
            "worker/Dockerfile": "FROM python\nCMD python main.py\n",
            "run.py": "import app.models\nfrom api import views\n",
        },
    )
    assert services(root) == {"inventory": ".", "worker": "worker"}


def test_two_django_projects_are_two_services(tmp_path: Path) -> None:
    plant(tmp_path, "orders/manage.py", "orders/a/models.py", "orders/b/models.py", "billing/manage.py", "billing/c/models.py")
    assert services(tmp_path) == {"orders": "orders", "billing": "billing"}


def test_a_django_project_of_one_app_is_one_service(tmp_path: Path) -> None:
    root = plant(tmp_path / "shop", "manage.py", "shop/settings.py", "orders/models.py", "helpers/x.py")
    assert services(root) == {"shop": "."}


def test_top_level_folders_are_the_last_resort(tmp_path: Path) -> None:
    plant(tmp_path, "orders/app.py", "billing/app.py", "docs/conf.py", "tests/test_x.py", "scripts/a.py", ".github/x.py")
    assert services(tmp_path) == {"orders": "orders", "billing": "billing"}
    assert {service.evidence[0].kind for service in scan(tmp_path).services} == {"folder"}


@pytest.mark.parametrize("container", ["services", "apps", "packages", "src", "cmd", "microservices", "backend/services"])
def test_folders_below_a_container_are_services(tmp_path: Path, container: str) -> None:
    plant(tmp_path, f"{container}/orders/app.py", f"{container}/billing/deep/app.py")
    assert services(tmp_path) == {"orders": f"{container}/orders", "billing": f"{container}/billing"}


def test_folders_below_services_count_although_one_image_holds_them_all(tmp_path: Path) -> None:
    plant(tmp_path, "services/orders/app.py", "services/billing/app.py", contents={"Dockerfile": "FROM python\nCOPY . .\n"})
    assert services(tmp_path) == {"orders": "services/orders", "billing": "services/billing"}


def test_folders_beside_a_service_are_services_too(tmp_path: Path) -> None:
    plant(
        tmp_path, "services/orders/app.py", "services/billing/app.py", contents={"services/orders/Dockerfile": "FROM python\n"}
    )
    assert services(tmp_path) == {"orders": "services/orders", "billing": "services/billing"}


@pytest.mark.parametrize(
    "contents",
    [
        {"Dockerfile": "FROM python\nCMD uvicorn app.main:api\n"},
        {"docker-compose.yml": "services:\n  web: {build: ., command: uvicorn app.main:api}\n  db: {image: postgres}\n"},
        {"Procfile": "web: uvicorn app.main:api\n"},
        {"main.py": "from app import models\n"},
        {"app/main.py": "from jobs.x import y\nimport workers.x\n"},
    ],
)
def test_a_single_application_is_called_after_its_folder(tmp_path: Path, contents: dict[str, str]) -> None:
    root = tmp_path / "shop"
    plant(root, "app/main.py", "app/models.py", "jobs/x.py", "workers/x.py", "migrations/001.sql", contents=contents)
    assert services(root) == {"shop": "."}
    assert {file.service for file in scan(root).files} == {"shop"}


def test_a_package_in_src_is_the_application(tmp_path: Path) -> None:
    root = plant(tmp_path / "shop", "src/shop/main.py", "setup.py")
    assert services(root) == {"shop": "."}


def test_repositories_side_by_side_are_one_service_each(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "nova/setup.py",
        "nova/nova/db.py",
        "nova/services/x/main.py",
        "glance/pkg/a.py",
        contents={"nova/tools/docker/Dockerfile": "FROM x\n", "glance/docker-compose.yml": "services: {a: {build: pkg}}\n"},
    )
    for name in ("nova", "glance"):
        (tmp_path / name / ".git").mkdir()
    assert services(tmp_path) == {"nova": "nova", "glance": "glance"}


def test_projects_side_by_side_are_not_taken_apart(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "nova/setup.py",
        "nova/nova/db.py",
        "nova/agent/main.py",
        "glance/pyproject.toml",
        "glance/glance/api.py",
        contents={"nova/agent/Dockerfile": "FROM x\n"},
    )
    assert services(tmp_path) == {"nova": "nova", "glance": "glance"}


def test_folders_of_one_name_are_told_apart_by_their_parents(tmp_path: Path) -> None:
    plant(tmp_path, "shop/api/main.py", "bank/api/main.py", "bank/web/main.py")
    for folder in ("shop/api", "bank/api", "bank/web"):
        plant(tmp_path, contents={f"{folder}/Dockerfile": "FROM python\n"})
    assert services(tmp_path) == {"shop/api": "shop/api", "bank/api": "bank/api", "web": "bank/web"}


def test_shared_code_is_a_library_if_nothing_deploys_it(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "services/orders/app.py",
        "libs/money/money/amount.py",
        "packages/kernel/kernel/x.py",
        "packages/cron/cron/main.py",
        contents={
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["libs/*", "packages/*", "services/*"]\n',
            "services/billing/app.py": "from kernel.x import y\nfrom cron.main import z\nimport os, money.amount as m\n",
        },
    )
    assert kinds(tmp_path) == {
        "orders": "service",
        "billing": "service",
        "money": "library",
        "kernel": "library",
        "cron": "service",
    }


def test_a_deployed_folder_stays_a_service_whoever_imports_it(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "common/app.py",
        contents={"orders/app.py": "import common.app\n", "common/Dockerfile": "FROM x\n", "orders/Dockerfile": "FROM x\n"},
    )
    assert kinds(tmp_path) == {"common": "service", "orders": "service"}


def test_a_service_whose_models_another_imports_stays_a_service(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "billing/models.py",
        "billing/migrations/0001.py",
        contents={"orders/app.py": "from billing.models import Invoice\n"},
    )
    assert kinds(tmp_path) == {"billing": "service", "orders": "service"}


@pytest.mark.parametrize("folder", ["database", "db", "schema", "migrations", "db-migrations"])
def test_a_folder_of_sql_and_its_scripts_is_a_schema(tmp_path: Path, folder: str) -> None:
    plant(
        tmp_path,
        "orders/app.py",
        "billing/app.py",
        f"{folder}/001.sql",
        f"{folder}/002.sql",
        f"{folder}/upgrade.py",
        f"{folder}/__init__.py",
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service", folder: "schema"}


def test_a_service_that_keeps_sql_is_a_service(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "services/orders/run.py",
        "services/orders/db/1.sql",
        "services/billing/migrations/1.sql",
        "services/billing/2.sql",
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service"}


@pytest.mark.parametrize(
    "name", ["docker-compose.test.yml", "tests/docker-compose.yml", "docs/compose.yaml", "examples/demo/docker-compose.yml"]
)
def test_compose_files_of_tests_and_examples_start_no_services(tmp_path: Path, name: str) -> None:
    text = "services: {a: {build: ., command: python a/x.py}, b: {build: ., command: python b/x.py}}\n"
    root = plant(tmp_path / "shop", "a/x.py", "b/x.py", "main.py", contents={name: text, "main.py": "import a.x, b.x\n"})
    assert services(root) == {"shop": "."}


def test_an_unreadable_compose_file_is_a_problem(tmp_path: Path) -> None:
    plant(tmp_path, "a/app.py", "b/app.py", contents={"docker-compose.yml": "services:\n\ta: {build: .}\n"})
    tree = scan(tmp_path)
    assert [(problem.path, problem.reason, problem.line) for problem in tree.problems] == [
        ("docker-compose.yml", "syntax-error", 2)
    ]
    assert len(tree.services) == 2


def test_a_helm_template_is_passed_over(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Pod\nspec:\n{{- if .x }}\n  command: [a]\n{{ end }}\n"
    plant(tmp_path, "a/app.py", "b/app.py", contents={"chart/x.yaml": text})
    assert scan(tmp_path).problems == ()


def test_merge_keys_of_a_compose_file_are_followed(tmp_path: Path) -> None:
    compose = """\
x-base: &base {build: ., environment: {A: b}}
services:
  one: {<<: *base, command: python -m one.main}
  two:
    <<: [*base]
    command: python -m two.main
"""
    plant(tmp_path, "one/main.py", "two/main.py", contents={"compose.yaml": compose})
    assert {service.evidence[0].kind for service in scan(tmp_path).services} == {"compose"}


@pytest.mark.parametrize("context", ["../elsewhere", "https://example.com/x.git", "${CONTEXT}", "/abs"])
def test_a_context_outside_the_tree_is_no_service(tmp_path: Path, context: str) -> None:
    root = plant(tmp_path / "shop", "app/main.py", contents={"compose.yaml": f"services: {{a: {{build: '{context}'}}}}\n"})
    assert services(root) == {"shop": "."}


def test_equal_trees_give_equal_values(tmp_path: Path) -> None:
    names = ("services/orders/app.py", "services/billing/app.py", "db/1.sql")
    first, second = plant(tmp_path / "1" / "x", *names), plant(tmp_path / "2" / "x", *reversed(names))
    assert (scan(first).services, scan(first).files) == (scan(second).services, scan(second).files)


def test_scripts_that_call_each_other_end(tmp_path: Path) -> None:
    lines = "".join(f"./{name}.sh {number}\n" for name in "abc" for number in range(200))
    contents = {f"{name}.sh": lines for name in "abc"} | {"compose.yaml": "services: {x: {build: ., command: ./a.sh}}\n"}
    start = time.perf_counter()
    assert len(scan(plant(tmp_path, "one/app.py", "two/app.py", contents=contents)).services) == 2
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "text", ["services: [a, b]\n", "services: {a: 1, b: [c], d: {build: [x], command: {e: f}}}\n", "services:\n", "- 1\n", ""]
)
def test_a_compose_file_of_another_form_says_nothing(tmp_path: Path, text: str) -> None:
    plant(tmp_path, "one/app.py", "two/app.py", contents={"compose.yaml": text})
    tree = scan(tmp_path)
    assert (len(tree.services), tree.problems) == (2, ())
