"""Projects of a .NET solution refer to others, and take their code as a whole."""

from pathlib import Path

from tests.discover.trees import plant, scan

WEB = '<Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup><ProjectReference Include="{}" /></ItemGroup></Project>'
LIBRARY = '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="{}" /></ItemGroup></Project>'


def takes(root: Path) -> dict[str, tuple[str, ...]]:
    return {service.name: service.takes for service in scan(root).services}


def test_a_service_takes_the_projects_that_its_own_refer_to(tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "src/Orders.Api/Orders.Api.csproj": WEB.format("..\\Orders.Data\\Orders.Data.csproj"),
            "src/Orders.Api/Program.cs": "class P { }\n",
            "src/Orders.Data/Orders.Data.csproj": LIBRARY.format("..\\..\\..\\outside\\x.csproj"),
            "src/Orders.Data/Db.cs": "class D { }\n",
            "src/Billing/Billing.csproj": WEB.format("nothing"),
            "src/Billing/Program.cs": "class P { }\n",
        },
    )
    assert takes(tmp_path) == {"Billing": (), "Orders.Api": ("Orders.Data",), "Orders.Data": ()}


def test_a_reference_to_a_project_of_the_same_service_says_nothing(tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "billing/Dockerfile": "FROM x\n",
            "billing/src/Billing.Api/Billing.Api.csproj": WEB.format("../Billing/Billing.csproj"),
            "billing/src/Billing/Billing.csproj": LIBRARY.format("nothing"),
            "billing/src/Billing/Db.cs": "class D { }\n",
            "other/Dockerfile": "FROM x\n",
            "other/Other.csproj": WEB.format("nothing"),
            "other/Program.cs": "class P { }\n",
        },
    )
    assert all(not others for others in takes(tmp_path).values())


def test_a_workspace_names_only_folders_below_it(tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "apps/web/package.json": '{"workspaces": ["parts/*"], "scripts": {"start": "node x.js"}}',
            "apps/web/parts/a/x.js": "1\n",
        },
    )
    assert [service.path for service in scan(tmp_path).services]


def test_a_module_takes_the_modules_that_it_is_built_with(tmp_path: Path) -> None:
    pom = "<project><artifactId>{}</artifactId><dependencies>{}</dependencies></project>"
    dependency = "<dependency><groupId>shop</groupId><artifactId>order-data</artifactId></dependency>"
    plant(
        tmp_path,
        contents={
            "order/order-app/pom.xml": pom.format("order-app", dependency),
            "order/order-app/src/main/java/App.java": "@SpringBootApplication class App { }\n",
            "order/order-data/pom.xml": pom.format("order-data", ""),
            "order/order-data/src/main/java/Repo.java": "class Repo { }\n",
            "billing/billing-app/pom.xml": pom.format("billing-app", dependency),
            "billing/billing-app/src/main/java/App.java": "@SpringBootApplication class App { }\n",
        },
    )
    assert takes(tmp_path) == {"billing-app": ("order-data",), "order-app": ("order-data",), "order-data": ()}
