"""Which folders count as services of their own, by what is built, deployed or tried out in them."""

from pathlib import Path

import pytest

from tests.discover.trees import kinds, plant, scan, services


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


def test_the_folder_from_which_all_images_are_built_holds_the_projects_that_they_start(tmp_path: Path) -> None:
    docker = 'FROM sdk\nCOPY . .\nENTRYPOINT ["dotnet", "Shop.{}.dll"]\n'
    files = {f"src/Dockerfile_{name}": docker.format(name) for name in ("Orders", "Billing")}
    for name in ("Orders", "Billing"):
        project = '<Project Sdk="Microsoft.NET.Sdk.Web"/>\n'
        files |= {f"src/Shop.{name}/Shop.{name}.csproj": project, f"src/Shop.{name}/Code.cs": "class Code {}\n"}
    plant(tmp_path, contents=files)
    assert services(tmp_path) == {f"Shop.{name}": f"src/Shop.{name}" for name in ("Orders", "Billing")}


def test_an_image_of_a_projects_resources_is_that_of_the_project(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for name in ("users", "orders"):
        files |= {
            f"core/{name}/pom.xml": f"<project><artifactId>{name}</artifactId></project>\n",
            f"core/{name}/src/main/java/App.java": "@SpringBootApplication class App { static void main(String[] a) {} }\n",
            f"core/{name}/src/main/resources/db/Dockerfile": "FROM flyway\nCOPY ./migration /flyway/sql\n",
            f"core/{name}/src/main/resources/db/migration/V1__a.sql": f"CREATE TABLE {name} (id int);\n",
        }
    plant(tmp_path, contents=files)
    assert services(tmp_path) == {name: f"core/{name}" for name in ("users", "orders")}


def test_projects_in_the_folder_of_a_layer_are_libraries_of_the_services_that_refer_to_them(tmp_path: Path) -> None:
    files: dict[str, str] = {}
    for name in ("Orders", "Billing"):
        library = '<Project Sdk="Microsoft.NET.Sdk"/>\n'
        reference = f'<ProjectReference Include="..\\..\\Infrastructure\\{name}.Data\\{name}.Data.csproj"/>'
        web = f'<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup>{reference}</ItemGroup></Project>\n'
        for folder, text in ((f"{name}/Web/{name}.Api", web), (f"{name}/Infrastructure/{name}.Data", library)):
            files |= {f"{folder}/{folder.rpartition('/')[2]}.csproj": text, f"{folder}/Code.cs": "class Code {}\n"}
            line = f'Project("{{X}}") = "Code", "{folder}/{folder.rpartition("/")[2]}.csproj", "{{Y}}"\n'.replace("/", "\\")
            files["Shop.sln"] = files.get("Shop.sln", "") + line
        files[f"{name}/Web/{name}.Api/Dockerfile"] = "FROM dotnet\n"
    plant(tmp_path, contents=files)
    found = {service.name: service for service in scan(tmp_path).services}
    assert {name: service.kind for name, service in found.items()} == {
        "Orders.Api": "service",
        "Billing.Api": "service",
        "Orders.Data": "library",
        "Billing.Data": "library",
    }
    assert found["Orders.Api"].takes == ("Orders.Data",)


def test_what_compose_builds_from_a_folder_that_is_gone_is_no_service(tmp_path: Path) -> None:
    compose = "services:\n" + "".join(
        f"  {name}: {{build: {{context: ./backend, dockerfile: {name}/Dockerfile}}}}\n"
        for name in ("orders", "billing", "gone")
    )
    files = {f"backend/{name}/Dockerfile": "FROM python\nCMD python main.py\n" for name in ("orders", "billing")}
    plant(tmp_path, *(f"backend/{name}/main.py" for name in ("orders", "billing")), contents=files | {"compose.yaml": compose})
    assert set(services(tmp_path)) == {"orders", "billing"}
    assert {path for _, path in scan(tmp_path).started} == {"backend/orders/main.py", "backend/billing/main.py"}


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


def test_an_image_that_starts_nothing_by_itself_runs_the_folder_that_is_copied_into_it(tmp_path: Path) -> None:
    compose = "services:\n" + "".join(
        f"  {name}: {{build: {{context: ., dockerfile: docker/Dockerfile.{name}}}}}\n"
        for name in ("backend", "website", "bundle")
    )
    plant(
        tmp_path,
        "backend/main.py",
        "backend/store/orders.py",
        "shared-py/shared/names.py",
        contents={
            "docker-compose.yaml": compose,
            "shared-py/pyproject.toml": "[project]\nname = 'shared'\n",
            "website/package.json": "{}",
            "website/pages/index.js": "",
            "docker/Dockerfile.backend": "FROM fastapi\nCOPY ./shared-py /shared\nRUN pip install /shared\n"
            "COPY ./backend/main.py /app/main.py\nCOPY ./backend/store /app/store\n",
            "docker/Dockerfile.website": "FROM node\nCOPY ./website/ ./\nENTRYPOINT npm run start\n",
            "docker/Dockerfile.bundle": "FROM node\nCOPY . .\n",
        },
    )
    found = services(tmp_path)
    assert (found.get("backend"), found.get("website")) == ("backend", "website")
    assert "store" not in found


def test_an_image_that_brings_the_schema_of_a_program_up_to_date_makes_no_services_of_its_folders(tmp_path: Path) -> None:
    flyway = "FROM flyway/flyway:10\nCOPY ./migrations /sql\n"
    plant(
        tmp_path,
        "backend/src/api/orders.ts",
        "backend/src/database/repository.ts",
        "backend/src/audit/log.ts",
        contents={
            "backend/package.json": '{"scripts": {"start:api": "tsx src/api/orders.ts", "start:docs": "typedoc"}}',
            "backend/src/database/Dockerfile.flyway": flyway,
            "backend/src/database/migrations/V1__x.sql": "CREATE TABLE orders (id int);\n",
            "backend/src/audit/Dockerfile.flyway": flyway,
            "backend/src/audit/migrations/V1__x.sql": "CREATE TABLE log (id int);\n",
            "worker/package.json": '{"scripts": {"start": "node a.js"}}',
            "worker/a.ts": "x()\n",
            "ui/package.json": '{"scripts": {"start:storybook": "storybook dev"}}',
            "ui/a.ts": "x()\n",
        },
    )
    assert services(tmp_path) == {"backend": "backend", "worker": "worker"}


def test_an_image_that_copies_from_above_its_folder_says_nothing_of_that_folder(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "orders/main.py",
        "sdk/client.py",
        contents={"orders/Dockerfile": "FROM python\nCOPY ../sdk /sdk\nCOPY main.py /app/\nCMD python main.py\n"},
    )
    assert "orders" in services(tmp_path)


def test_the_crate_of_migrations_that_seaorm_makes_is_no_service(tmp_path: Path) -> None:
    crate = '[package]\nname = "{name}"\n'
    plant(
        tmp_path,
        contents={
            "Cargo.toml": '[workspace]\nmembers = ["orders", "migration"]\n',
            "orders/Cargo.toml": crate.format(name="orders"),
            "orders/src/main.rs": "fn main() {}\n",
            "migration/Cargo.toml": crate.format(name="migration"),
            "migration/src/lib.rs": "pub struct Migrator;\n",
            "migration/src/main.rs": "fn main() {}\n",
            "migration/src/m20220101_000001_create.rs": "impl MigrationTrait for Migration {}\n",
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "migration": "schema"}
