"""Scripts that only run tests, and modules that only tests take."""

from pathlib import Path

import pytest

from tests.discover.trees import plant, roles


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("api/scripts/run_integration_tests.sh", "test"),
        ("api/run-tests.sh", "test"),
        ("api/test.sh", "test"),
        ("api/test_orders.bash", "test"),
        ("api/latest.sh", "source"),
        ("api/attest.sh", "source"),
    ],
)
def test_a_script_that_is_called_after_tests_is_one(tmp_path: Path, path: str, role: str) -> None:
    plant(tmp_path, contents={path: "psql -c 'select 1 from orders'\n"})
    assert roles(tmp_path)[path] == role


@pytest.mark.parametrize(
    ("name", "role"), [("test_util", "test"), ("test_helpers", "test"), ("test_results", "source"), ("latest_utils", "source")]
)
def test_a_module_of_rust_that_helps_tests_is_of_tests_as_a_file_and_as_a_folder(tmp_path: Path, name: str, role: str) -> None:
    plant(tmp_path, contents={f"api/src/{name}.rs": "pub fn connect() {}\n"})
    assert roles(tmp_path)[f"api/src/{name}.rs"] == role
