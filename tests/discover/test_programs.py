"""Several programs of one Go module are several services."""

from pathlib import Path

import pytest

from dblint.discover.listing import Listing, listed
from dblint.discover.programs import programs
from tests.discover.trees import kinds, plant, scan, services

MAIN = "package main\n\nfunc main() {\n}\n"


def write(root: Path, files: dict[str, str]) -> Listing:
    for name, text in {"go.mod": "module shop\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return listed(root)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["app/order/cmd/rpc/order.go", "app/order/cmd/api/order.go", "app/user/cmd/rpc/user.go"], {"app/order", "app/user"}),
        (["cmd/order/main.go", "cmd/user/main.go"], {"cmd/order", "cmd/user"}),
        (["services/order/main.go", "services/user/cmd/server/main.go"], {"services/order", "services/user"}),
        (["cmd/api/main.go", "cmd/worker/main.go"], set()),
        (["modules/api/main.go", "modules/order/main.go"], {"modules/api", "modules/order"}),
        (["order/main.go"], set()),
        (["scripts/load/main.go", "order/main.go"], set()),
        (["order/main_test.go", "user/main.go"], set()),
    ],
)
def test_a_program_belongs_to_the_folder_that_is_called_after_a_service(
    tmp_path: Path, files: list[str], expected: set[str]
) -> None:
    assert set(programs(write(tmp_path, dict.fromkeys(files, MAIN)))) == expected


def test_a_package_without_a_main_function_is_no_program(tmp_path: Path) -> None:
    listing = write(tmp_path, {"order/main.go": MAIN, "user/user.go": "package user\n", "tools2/a.go": "package main\n"})
    assert programs(listing) == {}


SHARED = {"go.mod": "module github.com/acme/shop\n", "users/users.go": "package users\n", "internal/pg/pg.go": "package pg\n"}
ONE_IMAGE = 'FROM golang\nARG SVC\nCOPY . .\nRUN make $SVC\nENTRYPOINT ["/exe"]\n'


def mains(*folders: str) -> dict[str, str]:
    return SHARED | {f"{folder}/main.go": MAIN for folder in folders}


DEPLOYMENTS = {
    "images are called after commands": {
        "docker/Dockerfile": ONE_IMAGE,
        "docker/compose.yml": "services:\n  u: {image: 'acme/users'}\n  a: {image: 'acme/shop-auth'}\n  db: {image: redis}\n",
    },
    "a build argument names the command": {
        "Dockerfile": ONE_IMAGE,
        "compose.yml": "services:\n"
        "  one: {build: {context: ., args: {SVC: users}}}\n"
        "  two: {build: {context: ., args: [SVC=auth]}}\n",
    },
    "the command of a container is the program": {
        "compose.yml": "services:\n"
        "  one: {image: acme/shop, command: shop-users --port 80}\n"
        "  two: {image: acme/shop, command: [/bin/shop-auth]}\n",
    },
    "a workload of a chart runs it": {
        "chart/templates/all.yaml": "".join(
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec: {{{{ .Values.x }}}}\n---\n"
            for name in ("users", "auth")
        ),
    },
    "a program has another name than its package": {
        "Dockerfile": "FROM golang\nRUN go build -o /bin/people ./cmd/users && \\\n go build -o /bin/login ./cmd/auth\n",
        "compose.yml": "services:\n  one: {image: acme/all, command: people}\n  two: {image: acme/all, command: login}\n",
    },
}


@pytest.mark.parametrize("files", DEPLOYMENTS.values(), ids=DEPLOYMENTS.keys())
def test_the_commands_that_are_deployed_are_services_and_the_packages_they_share_libraries(
    tmp_path: Path, files: dict[str, str]
) -> None:
    found = kinds(plant(tmp_path, contents=mains("cmd/users", "cmd/auth", "cmd/shop-cli") | files))
    assert {name for name, kind in found.items() if kind == "service"} == {"users", "auth"}
    assert {name: kind for name, kind in found.items() if name in ("internal", f"{tmp_path.name}/users", "shop-cli")} == {
        "internal": "library",
        f"{tmp_path.name}/users": "library",
        "shop-cli": "library",
    }


def test_the_packages_that_one_program_starts_by_name_are_services(tmp_path: Path) -> None:
    compose = "services:\n" + "".join(
        f"  {name}: {{image: acme-shop-app, command: ./entrypoint.sh {name}}}\n" for name in ("listener", "manager")
    )
    plant(tmp_path, contents=mains(".") | {f"{name}/run.go": f"package {name}\n" for name in ("listener", "manager")})
    plant(tmp_path, contents={"compose.yml": compose.replace("acme-shop", "shop")})
    assert services(tmp_path) == {"listener": "listener", "manager": "manager"}


def test_what_other_peoples_images_are_told_names_no_package(tmp_path: Path) -> None:
    compose = "services:\n  a: {image: redis, command: listener}\n  b: {image: postgres, command: manager}\n"
    plant(tmp_path, contents=mains(".") | {f"{name}/run.go": f"package {name}\n" for name in ("listener", "manager")})
    plant(tmp_path, contents={"compose.yml": compose})
    assert set(services(tmp_path)) == {tmp_path.name}


def test_a_web_client_beside_the_commands_stays_what_it_is(tmp_path: Path) -> None:
    web = {"ui/package.json": '{"scripts": {"start": "node server.js"}}', "ui/server.js": "run();\n"}
    plant(tmp_path, contents=mains("cmd/users", "cmd/auth") | DEPLOYMENTS["images are called after commands"] | web)
    assert set(services(tmp_path)) == {"users", "auth", "ui"}


def test_a_module_with_one_program_is_one_service_whatever_packages_it_has(tmp_path: Path) -> None:
    files = mains("cmd/shop") | {f"{name}/a.go": f"package {name}\n" for name in ("ca", "ra", "wfe")}
    assert [(each.name, each.path) for each in scan(plant(tmp_path, contents=files)).services] == [(tmp_path.name, ".")]


def test_a_package_with_the_schema_of_all_stays_a_schema(tmp_path: Path) -> None:
    files = mains("cmd/users", "cmd/auth") | DEPLOYMENTS["images are called after commands"]
    files |= {f"database_admin/migrations/{n}.sql": "CREATE TABLE a (id int);\n" for n in range(5)}
    files |= {"database_admin/update.go": "package database_admin\n"}
    assert kinds(plant(tmp_path, contents=files))["database_admin"] == "schema"
