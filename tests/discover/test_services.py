"""Which folders of a tree are services, and why."""

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
    plant(
        tmp_path,
        "orders/app.py",
        "billing/app.py",
        "docs/conf.py",
        "tests/test_x.py",
        "scripts/a.py",
        "artifacts/b.py",
        ".github/x.py",
    )
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


def test_a_project_of_sql_server_data_tools_only_defines(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "src/Shop.Api/Shop.Api.csproj",
        "src/Shop.Api/Program.cs",
        "src/Shop.Data/Shop.Data.sqlproj",
        "src/Shop.Data/Tables/Orders.sql",
        "src/Crm/Crm.csproj",
        "src/Crm/Program.cs",
        "src/Crm/Db/Crm.Db.sqlproj",
    )
    found = kinds(tmp_path)
    assert found["Shop.Data"] == "schema"
    assert "schema" not in {found[name] for name in found if name.startswith(("Shop.Api", "Crm"))}


def test_equal_trees_give_equal_values(tmp_path: Path) -> None:
    names = ("services/orders/app.py", "services/billing/app.py", "db/1.sql")
    first, second = plant(tmp_path / "1" / "x", *names), plant(tmp_path / "2" / "x", *reversed(names))
    assert (scan(first).services, scan(first).files) == (scan(second).services, scan(second).files)
