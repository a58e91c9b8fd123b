"""Programs that are built around one private library are one service."""

from pathlib import Path

import pytest

from dblint.config.model import Configuration, ServiceEntry
from dblint.discover.tree import discover
from dblint.model.place import Place
from tests.discover.trees import plant, scan

PROJECT = '<Project Sdk="Microsoft.NET.Sdk{}"><ItemGroup>{}</ItemGroup></Project>'
BILLING = {
    "src/Services/Billing/Billing.Api/Billing.Api.csproj": PROJECT.format(".Web", ""),
    "src/Services/Billing/Billing.Api/Program.cs": "class P { }\n",
}


def project(path: str, kind: str, *references: str) -> dict[str, str]:
    """A project of .NET in a folder of `Services`, with the projects that it refers to."""
    name = path.rpartition("/")[2]
    up = "../" * (path.count("/") + 1)
    written = "".join(f'<ProjectReference Include="{up}{each}/{each.rpartition("/")[2]}.csproj" />' for each in references)
    folder = f"src/Services/{path}"
    return {f"{folder}/{name}.csproj": PROJECT.format(kind, written), f"{folder}/A.cs": "class A { }\n"}


def solution(root: Path, files: dict[str, str]) -> None:
    """A solution with these files, beside the service for billing."""
    files = BILLING | files
    projects = [path for path in files if path.endswith(".csproj")]
    listed = "".join(f'Project("{{F}}") = "{number}", "{path}", "{{G}}"\nEndProject\n' for number, path in enumerate(projects))
    plant(root, contents=files | {"shop.sln": listed.replace("/", "\\")})


def kinds(root: Path) -> dict[str, tuple[str, str]]:
    return {service.path.removeprefix("src/Services/"): (service.name, service.kind) for service in scan(root).services}


@pytest.mark.parametrize(
    ("first", "second", "library"),
    [
        ("Order/Api/Order.Api", "Order/Worker/Order.Worker", "Order/Core/Order.Data"),
        ("Order/Shop.Order.Api", "Order/Shop.Order.Grpc", "Order/Shop.Order.Data"),
    ],
)
def test_an_api_and_a_worker_around_one_private_library_are_one_service(
    first: str, second: str, library: str, tmp_path: Path
) -> None:
    order = project(first, ".Web", library) | project(second, ".Worker", library) | project(library, "")
    solution(tmp_path, order)
    assert kinds(tmp_path) == {"Billing/Billing.Api": ("Billing.Api", "service"), "Order": ("Order", "service")}
    assert {file.service for file in scan(tmp_path).files if "/Order/" in file.path} == {"Order"}


def test_what_others_take_of_it_they_take_of_the_whole(tmp_path: Path) -> None:
    files = project("Order/Order.Contracts", "")
    for name, other in (("Order", "Stock/Stock.Data"), ("Stock", "Order/Order.Contracts")):
        library = f"{name}/{name}.Data"
        files |= project(f"{name}/{name}.Api", ".Web", library, other) | project(f"{name}/{name}.Worker", ".Worker", library)
        files |= project(library, "")
    solution(tmp_path, files)
    takes = {service.name: service.takes for service in scan(tmp_path).services}
    assert takes == {"Billing.Api": (), "Order": ("Stock",), "Stock": ("Order",)}


def test_all_that_a_tree_has_is_not_one_service(tmp_path: Path) -> None:
    api, worker, library = "Order/Order.Api", "Order/Order.Worker", "Order/Order.Data"
    files = project(api, ".Web", library) | project(worker, ".Worker", library) | project(library, "")
    listed = "".join(f'<Project Path="{path}" />' for path in files if path.endswith(".csproj"))
    plant(tmp_path, contents=files | {"shop.slnx": f"<Solution>{listed}</Solution>"})
    assert {api, worker} <= kinds(tmp_path).keys()


def test_a_solution_in_xml_lists_its_projects(tmp_path: Path) -> None:
    files = BILLING | project("Order/Order.Api", ".Web")
    listed = "".join(f'<Project Path="{path}" />' for path in files if path.endswith(".csproj"))
    plant(tmp_path, contents=files | {"shop.slnx": f"<Solution>{listed}</Solution>"})
    assert kinds(tmp_path).keys() == {"Billing/Billing.Api", "Order/Order.Api"}


def test_programs_that_share_no_private_library_are_services_of_their_own(tmp_path: Path) -> None:
    api, worker, library = "Order/Order.Api", "Order/Order.Worker", "Order/Order.Data"
    solution(tmp_path, project(api, ".Web", library) | project(worker, ".Worker") | project(library, ""))
    assert {api, worker} <= kinds(tmp_path).keys()


def test_programs_of_other_names_are_services_of_their_own(tmp_path: Path) -> None:
    orders, stock, library = "Shop/Orders.Api", "Shop/Stock.Api", "Shop/Shop.Data"
    files = project(orders, ".Web", library) | project(stock, ".Web", library) | project(library, "")
    solution(tmp_path, files)
    assert {orders, stock} <= kinds(tmp_path).keys()


def test_what_the_configuration_declares_stays_apart(tmp_path: Path) -> None:
    api, worker, library = "Order/Order.Api", "Order/Order.Worker", "Order/Order.Data"
    files = project(api, ".Web", library) | project(worker, ".Worker", library) | project(library, "")
    solution(tmp_path, files)
    entries = tuple(ServiceEntry(path, f"src/Services/{path}", Place("dblint.yaml", 1)) for path in (api, worker, library))
    tree = discover(tmp_path, Configuration(services=entries))
    assert {service.name for service in tree.services} == {api, worker, library}


def test_a_word_that_begins_the_names_of_the_whole_system_says_nothing_of_one_folder(tmp_path: Path) -> None:
    pom = "<project><artifactId>{}</artifactId><dependencies>{}</dependencies></project>"
    on = "<dependency><groupId>shop</groupId><artifactId>shop-mall-api</artifactId></dependency>"
    files = {f"shop-mall/{name}/pom.xml": pom.format(name, on) for name in ("shop-product", "shop-trade")}
    files |= {
        "shop-mall/shop-mall-api/pom.xml": pom.format("shop-mall-api", ""),
        "shop-gateway/pom.xml": pom.format("gate", ""),
    }
    started = ("shop-mall/shop-product", "shop-mall/shop-trade", "shop-gateway")
    files |= {f"{folder}/src/main/java/App.java": "@SpringBootApplication class App {}" for folder in started}
    plant(tmp_path, contents=files | {"shop-mall/shop-mall-api/src/main/java/Order.java": "class Order {}"})
    assert {each.name for each in scan(tmp_path).services if each.kind == "service"} == {
        "shop-product",
        "shop-trade",
        "shop-gateway",
    }


@pytest.mark.parametrize("library", ["Shop/Shop.Common", "Shop/Shop.Api"])
def test_services_that_share_messages_and_tools_are_services_of_their_own(library: str, tmp_path: Path) -> None:
    orders, stock = "Shop/Shop.Orders", "Shop/Shop.Stock"
    files = project(orders, ".Web", library) | project(stock, ".Web", library) | project(library, "")
    solution(tmp_path, files)
    assert {orders, stock} <= kinds(tmp_path).keys()
