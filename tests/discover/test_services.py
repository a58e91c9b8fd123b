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


def test_equal_trees_give_equal_values(tmp_path: Path) -> None:
    names = ("services/orders/app.py", "services/billing/app.py", "db/1.sql")
    first, second = plant(tmp_path / "1" / "x", *names), plant(tmp_path / "2" / "x", *reversed(names))
    assert (scan(first).services, scan(first).files) == (scan(second).services, scan(second).files)


def test_a_prisma_schema_with_an_image_that_migrates_is_no_service(tmp_path: Path) -> None:
    contents = {
        "packages/db/prisma/Dockerfile": "FROM node\nCMD prisma migrate deploy\n",
        "packages/db/prisma/schema.prisma": "model A {\n  id Int @id\n}\n",
        "packages/db/prisma/seed.ts": "",
        "packages/server/Dockerfile": "FROM node\n",
        "packages/server/package.json": '{"scripts": {"start": "node main.js"}}',
        "packages/server/main.js": "",
    }
    assert kinds(plant(tmp_path, contents=contents)) == {"prisma": "schema", "server": "service"}


def test_folders_for_developers_are_no_services_though_compose_starts_something_in_them(tmp_path: Path) -> None:
    compose = "services:\n" + "".join(
        f"  {name.replace('/', '-')}: {{build: ./{name}}}\n" for name in ("orders", "billing", "dev/kafka", "scripts", "extras")
    )
    files = [f"{name}/main.py" for name in ("orders", "billing", "dev/kafka", "scripts", "extras")]
    plant(tmp_path, *files, contents={"compose.yaml": compose})
    assert set(services(tmp_path)) == {"orders", "billing"}


def test_a_folder_of_settings_that_is_built_is_a_service_all_the_same(tmp_path: Path) -> None:
    compose = "services:\n  config: {build: ./config}\n  orders: {build: ./orders}\n"
    pom = {f"{name}/pom.xml": "<project/>\n" for name in ("config", "orders")}
    main = {f"{name}/src/main/java/A.java": "@SpringBootApplication class A {}\n" for name in ("config", "orders")}
    assert set(services(plant(tmp_path, contents=pom | main | {"compose.yaml": compose}))) == {"config", "orders"}


@pytest.mark.parametrize(
    "build",
    [
        {"setup.cfg": "[metadata]\nname = shop\n"},
        {"pyproject.toml": '[project]\nname = "shop"\n'},
        {"setup.py": 'setup(\n    name="shop",\n)\n'},
    ],
)
def test_a_project_called_after_the_package_in_its_root_is_one_service(tmp_path: Path, build: dict[str, str]) -> None:
    files = [f"shop/{name}/{file}.py" for name in ("api", "cmd", "db", "volume", "wsgi") for file in ("__init__", "main")]
    plant(tmp_path, "shop/__init__.py", "shop/cmd/manage.py", "api-ref/conf.py", "releasenotes/conf.py", *files, contents=build)
    assert [(each.name, each.path) for each in scan(tmp_path).services] == [(tmp_path.name, ".")]


def test_dockerfiles_beside_build_files_are_services_wherever_their_images_are_built_from(tmp_path: Path) -> None:
    names = ("Orders.Api", "Billing.Api")
    compose = "services:\n" + "".join(
        f"  {name.partition('.')[0].lower()}:\n    build: {{context: ., dockerfile: ./Services/{name}/Dockerfile}}\n"
        for name in names
    )
    net = {f"src/shop/Services/{name}/{name}.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>\n' for name in names}
    net |= {f"src/shop/Services/{name}/Program.cs": "var a = 1;\n" for name in names}
    net |= {f"src/shop/Services/{name}/Dockerfile": "FROM dotnet\nCOPY . .\n" for name in names}
    plant(tmp_path, contents=net | {"src/shop/docker-compose.yml": compose})
    assert set(services(tmp_path).values()) == {f"src/shop/Services/{name}" for name in names}


def test_a_project_with_its_dockerfile_is_the_service_whatever_script_of_another_it_starts_first(tmp_path: Path) -> None:
    compose = "services:\n" + "".join(
        f"  {name}: {{build: {{context: ., dockerfile: ./{name}/Dockerfile}}}}\n" for name in ("web", "worker")
    )
    docker = 'FROM node\nCOPY . .\nENTRYPOINT ["./packages/shared/clean.js"]\n'
    files = {
        f"{name}/{file}": text for name in ("web", "worker") for file, text in (("Dockerfile", docker), ("app.js", "run();\n"))
    }
    files |= {f"{name}/package.json": "{}" for name in ("web", "worker", "packages/shared")}
    plant(tmp_path, contents=files | {"packages/shared/clean.js": "run();\n", "docker-compose.yml": compose})
    assert set(services(tmp_path)) == {"web", "worker"}


def test_the_project_that_the_image_of_a_folder_starts_is_part_of_that_folder(tmp_path: Path) -> None:
    compose = {
        f"compose.{name}.yaml": "services:\n"
        + "".join(
            f"  {service.lower()}: {{build: {{context: ., dockerfile: {service}/{file.format(service)}}}}}\n"
            for service in ("Orders", "Billing")
        )
        for name, file in (("prod", "Dockerfile"), ("dev", "{}.Api/Dockerfile"))
    }
    docker = 'FROM sdk\nCOPY . .\nENTRYPOINT ["dotnet", "{}.Api.dll"]\n'
    files = {
        f"{service}/{path.format(service)}": text.format(service)
        for service in ("Orders", "Billing")
        for path, text in (
            ("Dockerfile", docker),
            ("{}.Api/Dockerfile", docker),
            ("{}.Api/{}.Api.csproj".replace("{}", service), '<Project Sdk="Microsoft.NET.Sdk.Web"/>\n'),
            ("{}.Api/Program.cs", "var a = 1;\n"),
            ("{}.Domain/{}.Domain.csproj".replace("{}", service), '<Project Sdk="Microsoft.NET.Sdk"/>\n'),
            ("{}.Domain/Order.cs", "class Order {{}}\n"),
        )
    }
    plant(tmp_path, contents=compose | files)
    assert services(tmp_path) == {"orders": "Orders", "billing": "Billing"}


def test_what_compose_builds_from_a_folder_that_is_gone_is_no_service(tmp_path: Path) -> None:
    compose = "services:\n" + "".join(
        f"  {name}: {{build: {{context: ./backend, dockerfile: {name}/Dockerfile}}}}\n"
        for name in ("orders", "billing", "gone")
    )
    files = {f"backend/{name}/Dockerfile": "FROM python\nCMD python main.py\n" for name in ("orders", "billing")}
    plant(tmp_path, *(f"backend/{name}/main.py" for name in ("orders", "billing")), contents=files | {"compose.yaml": compose})
    assert set(services(tmp_path)) == {"orders", "billing"}


def test_a_folder_that_only_holds_other_services_is_none_though_something_is_built_in_it(tmp_path: Path) -> None:
    compose = "services:\n  gateway: {build: ./gateways}\n  shop: {build: ./gateways/shop}\n  orders: {build: ./orders}\n"
    plant(tmp_path, "gateways/shop/main.py", "orders/main.py", contents={"compose.yaml": compose})
    assert set(services(tmp_path)) == {"shop", "orders"}


def test_a_source_file_called_after_dockerfiles_is_none(tmp_path: Path) -> None:
    plant(tmp_path, "orders/main.py", "billing/main.py", contents={"web/settings/dockerfile-settings.tsx": "run();\n"})
    plant(tmp_path, contents={f"{name}/Dockerfile": "FROM python\n" for name in ("orders", "billing")})
    assert "settings" not in services(tmp_path)


@pytest.mark.parametrize("name", ["Orders.IntegrationTest", "Orders.UnitTests", "ApiIntegrationTests", "EndToEndUiTests"])
def test_a_project_of_tests_is_no_service(name: str, tmp_path: Path) -> None:
    plant(tmp_path, "orders/main.py", "billing/main.py", f"{name}/main.py")
    plant(tmp_path, contents={f"{each}/Dockerfile": "FROM python\n" for each in ("orders", "billing")})
    assert set(kinds(tmp_path)) == {"orders", "billing"}


def test_a_package_of_a_workspace_that_several_use_is_a_library_though_it_can_be_tried_out(tmp_path: Path) -> None:
    uses = {f"services/{name}/main.py": "from celery_library.app import x\n" for name in ("orders", "billing")}
    docker = {f"services/{name}/Dockerfile": "FROM python\n" for name in ("orders", "billing")}
    plant(tmp_path, "packages/celery-library/celery_library/app.py", contents=uses | docker)
    plant(tmp_path, contents={"packages/celery-library/setup.py": "setup()\n"})
    assert kinds(tmp_path)["celery-library"] == "library"


def test_a_crate_at_the_root_is_a_service_beside_the_members_that_are_deployed(tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "Cargo.toml": '[package]\nname = "shop"\n[workspace]\nmembers = ["worker", "libs/data", "xtask"]\n',
            "src/main.rs": "fn main() {}\n",
            "migrations/1_init.sql": "CREATE TABLE orders (id int);\n",
            "worker/Cargo.toml": '[package]\nname = "worker"\n',
            "worker/src/main.rs": "fn main() {}\n",
            "worker/Dockerfile": "FROM scratch\n",
            "libs/data/Cargo.toml": '[package]\nname = "data"\n',
            "libs/data/src/lib.rs": "pub fn run() {}\n",
            "xtask/Cargo.toml": '[package]\nname = "xtask"\n',
            "xtask/src/main.rs": "fn main() {}\n",
        },
    )
    found = {service.path: service.kind for service in scan(tmp_path).services}
    assert found == {".": "service", "worker": "service", "libs": "library"}
