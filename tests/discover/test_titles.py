"""Services are called as people call them, and what cannot be started is no service."""

from pathlib import Path

import pytest

from tests.discover.trees import kinds, plant, scan, services

POM = "<project><modules><module>shop-orders-service</module><module>shop-stock-service</module></modules></project>"
MAIN = "@SpringBootApplication class A {}\n"
SPRING = {
    "pom.xml": POM,
    **{f"shop-{name}-service/pom.xml": "<project/>\n" for name in ("orders", "stock")},
    **{f"shop-{name}-service/src/main/java/A.java": MAIN for name in ("orders", "stock")},
}


def test_a_compose_service_with_the_image_of_a_folder_names_it(tmp_path: Path) -> None:
    compose = "services:\n" + "".join(f"  {n}-service: {{image: acme/shop-{n}-service}}\n" for n in ("orders", "stock"))
    plant(tmp_path, contents=SPRING | {"compose.yaml": compose})
    assert services(tmp_path) == {"orders-service": "shop-orders-service", "stock-service": "shop-stock-service"}


def test_a_folder_keeps_its_name_where_deployments_repeat_it(tmp_path: Path) -> None:
    compose = "services:\n  shop-orders-service: {build: shop-orders-service}\n  orders: {image: acme/other}\n"
    plant(tmp_path, contents=SPRING | {"compose.yaml": compose})
    assert set(services(tmp_path)) == {"shop-orders-service", "shop-stock-service"}


def test_a_vague_name_names_nothing(tmp_path: Path) -> None:
    plant(tmp_path, contents=SPRING | {"compose.yaml": "services:\n  service: {build: shop-orders-service}\n"})
    assert set(services(tmp_path)) == {"shop-orders-service", "shop-stock-service"}


def test_a_workload_spells_a_name(tmp_path: Path) -> None:
    manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: catalog-api\nspec: {{ template }}\n"
    net = {f"src/{name}.API/{name}.API.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>\n' for name in ("Catalog", "Basket")}
    code = {f"src/{name}.API/Program.cs": "var a = 1;\n" for name in ("Catalog", "Basket")}
    plant(tmp_path, contents=net | code | {"k8s/catalog.yaml": manifest})
    assert set(services(tmp_path)) == {"catalog-api", "Basket.API"}


def test_an_app_host_spells_names_and_is_no_service(tmp_path: Path) -> None:
    net = {f"src/{name}/{name}.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>\n' for name in ("Catalog.API", "Basket.API")}
    code = {f"src/{name}/Program.cs": "var a = 1;\n" for name in ("Catalog.API", "Basket.API")}
    host = {
        "src/eShop.AppHost/eShop.AppHost.csproj": '<Project Sdk="Aspire.AppHost.Sdk/9.0"/>\n',
        "src/eShop.AppHost/Program.cs": 'builder.AddProject<Projects.Catalog_API>("catalog-api").WithReference(db);\n',
    }
    plant(tmp_path, contents=net | code | host)
    assert kinds(tmp_path) == {"catalog-api": "service", "Basket.API": "service", "eShop.AppHost": "library"}


STARTING = {
    "java": ({"x/pom.xml": "<project/>\n", "x/src/main/java/Run.java": "public static void main(String[] a) {}\n"}, "service"),
    "java library": ({"x/pom.xml": "<project/>\n", "x/src/main/java/Dto.java": "record Dto(int a) {}\n"}, "library"),
    "lambda": (
        {"x/pom.xml": "<project/>\n", "x/src/main/java/H.java": "class H implements RequestHandler<A, B> {}\n"},
        "service",
    ),
    "kotlin": ({"x/build.gradle.kts": "plugins {}\n", "x/src/main/kotlin/Main.kt": "fun main() {}\n"}, "service"),
    "go": ({"x/go.mod": "module x\n", "x/main.go": "package main\n"}, "service"),
    "go library": ({"x/go.mod": "module x\n", "x/x.go": "package x\n"}, "library"),
    "net": ({"x/x.csproj": '<Project Sdk="Microsoft.NET.Sdk.Worker"/>\n', "x/A.cs": "class A {}\n"}, "service"),
    "net library": ({"x/x.csproj": '<Project Sdk="Microsoft.NET.Sdk"/>\n', "x/A.cs": "class A {}\n"}, "library"),
    "node": ({"x/package.json": '{"scripts": {"start": "node a.js"}}\n', "x/a.js": "1\n"}, "service"),
    "node library": ({"x/package.json": '{"scripts": {"build": "tsc"}, "main": "a.js"}\n', "x/a.ts": "1\n"}, "library"),
    "broken package": ({"x/package.json": "{\n", "x/a.ts": "1\n"}, "service"),
    "rust": ({"x/Cargo.toml": "[package]\n", "x/src/main.rs": "fn main() {}\n"}, "service"),
    "rust library": ({"x/Cargo.toml": "[package]\n", "x/src/lib.rs": "\n"}, "library"),
    "ruby, which starts anything": ({"x/Gemfile": "\n", "x/a.rb": "1\n"}, "service"),
    "deployed": ({"x/Dockerfile": "FROM golang\n", "x/x.go": "package x\n"}, "service"),
}


@pytest.mark.parametrize(("files", "kind"), STARTING.values(), ids=STARTING)
def test_a_part_that_nothing_could_start_is_a_library(files: dict[str, str], kind: str, tmp_path: Path) -> None:
    plant(tmp_path, contents=files | {"web/Dockerfile": "FROM node\n", "web/a.js": "1\n"})
    assert kinds(tmp_path)["x"] == kind


def test_parts_of_a_tree_without_any_program_stay_services(tmp_path: Path) -> None:
    parts = {f"{name}/{name}.csproj": '<Project Sdk="Microsoft.NET.Sdk"/>\n' for name in ("a", "b")}
    plant(tmp_path, contents=parts | {"a/A.cs": "class A {}\n", "b/B.cs": "class B {}\n"})
    assert kinds(tmp_path) == {"a": "service", "b": "service"}


def test_internal_folders_of_a_go_module_belong_to_their_commands(tmp_path: Path) -> None:
    code = {f"cmd/{name}/main.go": "package main\n" for name in ("orders", "stock")}
    code |= {"internal/orders/a.go": "package orders\n", "internal/shared/b.go": "package shared\n", "go.mod": "module m\n"}
    plant(tmp_path, contents=code)
    found = {service.name: (service.kind, service.paths) for service in scan(tmp_path).services}
    assert found["orders"] == ("service", ("internal/orders",))
    assert found["internal"] == ("library", ())


def test_the_source_folder_of_a_folder_is_called_after_it(tmp_path: Path) -> None:
    for name in ("cart", "stock"):
        plant(tmp_path, contents={f"src/{name}/src/Dockerfile": "FROM x\n", f"src/{name}/src/a.cs": "class A {}\n"})
    assert services(tmp_path) == {"cart": "src/cart", "stock": "src/stock"}


def test_a_build_file_named_by_a_variable_is_found(tmp_path: Path) -> None:
    compose = "services:\n  cart: {build: {context: ., dockerfile: '${CART_FILE}'}}\n  stock: {build: '${STOCK:-./stock}'}\n"
    contents = {"compose.yaml": compose, ".env": "CART_FILE=./cart/image\n", "cart/image": "FROM x\n"}
    plant(tmp_path, contents=contents | {"cart/a.go": "package main\n", "stock/a.go": "package main\n"})
    found = {service.name: {proof.kind for proof in service.evidence} for service in scan(tmp_path).services}
    assert found == {"cart": {"compose"}, "stock": {"compose"}}


def test_an_image_inside_a_program_is_no_service(tmp_path: Path) -> None:
    images = {f"{folder}/Dockerfile": "FROM x\n" for folder in ("cart", "cart/generated", "stock")}
    plant(tmp_path, contents=images | {f"{folder}/a.go": "package main\n" for folder in ("cart", "cart/generated", "stock")})
    assert set(services(tmp_path)) == {"cart", "stock"}


def test_a_folder_called_after_a_server_defines_a_schema(tmp_path: Path) -> None:
    files = {
        f"src/{name}/{file}": text for name in ("cart", "stock") for file, text in (("Dockerfile", "FROM x\n"), ("a.go", ""))
    }
    plant(tmp_path, contents=files | {"src/postgresql/init.sql": "create table a (b int);\n"})
    assert kinds(tmp_path)["postgresql"] == "schema"


def test_a_workspace_below_the_root_names_its_members_alone(tmp_path: Path) -> None:
    workspace = {"src/app/package.json": '{"workspaces": ["parts/*"]}', "src/app/parts/a/package.json": "{}"}
    plant(tmp_path, contents=workspace | {"src/app/parts/a/a.js": "1\n", "api/Dockerfile": "FROM x\n", "api/a.js": "1\n"})
    assert kinds(tmp_path) == {"api": "service", "app": "library"}


def test_a_configuration_that_spring_boot_only_imports_starts_nothing(tmp_path: Path) -> None:
    imported = "@EnableAutoConfiguration\n@Configuration\nclass BizConfig {}\n"
    started = "@EnableAutoConfiguration\nclass App { static void main(String[] a) { SpringApplication.run(App.class); } }\n"
    depends = "<project><dependencies><dependency><artifactId>biz</artifactId></dependency></dependencies></project>"
    files = {"biz/pom.xml": "<project><artifactId>biz</artifactId></project>", "biz/src/main/java/BizConfig.java": imported}
    for name in ("admin", "portal"):
        files |= {f"{name}/pom.xml": depends, f"{name}/src/main/java/App.java": started}
    assert kinds(plant(tmp_path, contents=files)) == {"admin": "service", "portal": "service", "biz": "library"}
