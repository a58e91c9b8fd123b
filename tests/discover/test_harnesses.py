"""Programs that are there to test others."""

from pathlib import Path

import pytest

from dblint.config.model import Configuration, ServiceEntry
from dblint.model.place import Place
from tests.discover.trees import plant, roles, services

MAIN = "fn main() {}\n"
DEPENDS = '[package]\nname = "x"\n[dependencies]\n'
STARTS = "use testcontainers::{ContainerAsync, Image};\npub struct Running<I: Image>(ContainerAsync<I>);\n"


def _tree(root: Path, manifest: str, code: str, *, program: bool = True) -> None:
    plant(
        root,
        contents={
            "Cargo.toml": '[workspace]\nmembers = ["orders", "billing", "interop"]\n',
            **{f"{name}/Cargo.toml": f'[package]\nname = "{name}"\n' for name in ("orders", "billing")},
            **{f"{name}/src/main.rs": MAIN for name in ("orders", "billing")},
            "interop/Cargo.toml": manifest,
            "interop/src/lib.rs": code,
            "interop/src/commands.rs": "pub fn add() {}\n",
            **({"interop/src/bin/interop.rs": MAIN} if program else {}),
        },
    )


@pytest.mark.parametrize(
    "dependency",
    ['testcontainers = "0.24"', "testcontainers.workspace = true", 'testcontainers-modules = { version = "0.12" }'],
)
def test_a_program_that_starts_containers_for_tests_itself_is_no_service_but_tests(tmp_path: Path, dependency: str) -> None:
    code = STARTS if "modules" not in dependency else STARTS.replace("testcontainers", "testcontainers_modules")
    _tree(tmp_path, DEPENDS + dependency, code)
    assert services(tmp_path) == {"billing": "billing", "orders": "orders"}
    found = roles(tmp_path)
    assert {found[f"interop/src/{name}.rs"] for name in ("lib", "commands", "bin/interop")} == {"test"}
    assert found["orders/src/main.rs"] == "source"


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        pytest.param('[package]\nname = "x"\n[dev-dependencies]\ntestcontainers = "0.24"\n', STARTS, id="only for its tests"),
        pytest.param(DEPENDS + 'testcontainers = { version = "0.24", optional = true }\n', STARTS, id="behind a feature"),
        pytest.param(DEPENDS + 'testcontainers = "0.24"\n', "pub mod commands;\n", id="taken but not used"),
        pytest.param(DEPENDS + 'testcontainers = "0.24"\n', f"#[cfg(test)]\nmod tests {{\n{STARTS}}}\n", id="for own tests"),
        pytest.param(DEPENDS + 'testcontainers = "0.24\n', STARTS, id="unreadable"),
    ],
)
def test_a_program_whose_own_tests_need_containers_is_a_service(tmp_path: Path, manifest: str, code: str) -> None:
    _tree(tmp_path, manifest, code)
    assert services(tmp_path) == {"billing": "billing", "interop": "interop", "orders": "orders"}
    assert roles(tmp_path)["interop/src/lib.rs"] == "source"


def test_a_library_that_starts_containers_is_source_as_services_may_take_the_rest_of_it(tmp_path: Path) -> None:
    _tree(tmp_path, DEPENDS + 'testcontainers = "0.24"\n', STARTS, program=False)
    assert roles(tmp_path)["interop/src/commands.rs"] == "source"


def test_a_declared_service_is_one_whatever_it_starts(tmp_path: Path) -> None:
    _tree(tmp_path, DEPENDS + 'testcontainers = "0.24"\n', STARTS)
    declared = Configuration(services=(ServiceEntry("interop", "interop", Place("dblint.yaml", 1)),))
    assert roles(tmp_path, declared)["interop/src/lib.rs"] == "source"
