"""Scripts that only run tests."""

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
