"""What an import of Go means: the folder that `go.mod` says, else the one whose path ends the same way."""

import pytest

from dblint.interpret.tree.program import Program
from dblint.languages import Vocabulary, read

FILES = {
    "go.mod": "module example.com/shop\n\ngo 1.22\n",
    "rpc/identity_srv/go.mod": "// the service\nmodule example.com/shop/rpc/identity-srv // as it is called\n",
    "rpc/identity_srv/models/user.go": "package models\n",
    "pkg/db/open.go": "package db\n",
    "rpc/identity_srv/main.go": "package main\n",
}


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("example.com/shop/rpc/identity-srv/models", "rpc/identity_srv/models/user.go"),
        ("example.com/shop/pkg/db", "pkg/db/open.go"),
        ("example.com/shop/rpc/identity-srv", "rpc/identity_srv/main.go"),
        ("example.com/shop/gen/models", None),
        ("github.com/other/models", None),
        ("github.com/other/pkg/db", None),
        ("github.com/owner/fork/pkg/db", "pkg/db/open.go"),
    ],
)
def test_an_import_leads_to_the_folder_of_its_module(module: str, expected: str | None) -> None:
    modules = [read(path, "go", text, Vocabulary(frozenset(), ("",))) for path, text in FILES.items() if path.endswith(".go")]
    assert Program(modules, frozenset(), FILES.get).file_of("rpc/identity_srv/main.go", module) == expected
