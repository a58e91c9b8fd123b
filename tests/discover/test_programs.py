"""Several programs of one Go module are several services."""

from pathlib import Path

import pytest

from dblint.discover.listing import Listing, list_files
from dblint.discover.programs import programs

MAIN = "package main\n\nfunc main() {\n}\n"


def write(root: Path, files: dict[str, str]) -> Listing:
    for name, text in {"go.mod": "module shop\n", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return list_files(root)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["app/order/cmd/rpc/order.go", "app/order/cmd/api/order.go", "app/user/cmd/rpc/user.go"], {"app/order", "app/user"}),
        (["cmd/order/main.go", "cmd/user/main.go"], {"cmd/order", "cmd/user"}),
        (["services/order/main.go", "services/user/cmd/server/main.go"], {"services/order", "services/user"}),
        (["cmd/api/main.go", "cmd/worker/main.go"], set()),
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
