"""Which files of a tree count, and as what."""

import os
import time
from pathlib import Path

import pytest

from dblint.config import Configuration, ServiceEntry
from dblint.discover.listing import DiscoveryError, location
from dblint.discover.roles import is_generated
from dblint.discover.tree import discover
from dblint.model.place import Place
from tests.discover.trees import git, plant, roles, scan, write


def paths(root: Path, configuration: Configuration | None = None) -> list[str]:
    return [file.path for file in scan(root, configuration).files]


def problems(root: Path) -> list[tuple[str, str]]:
    return [(problem.path, problem.reason) for problem in scan(root).problems]


def test_only_a_folder_can_be_scanned(tmp_path: Path) -> None:
    with pytest.raises(DiscoveryError, match="does not exist"):
        discover(tmp_path / "x", Configuration())
    write(tmp_path / "x", "")
    with pytest.raises(DiscoveryError, match="is not a folder"):
        discover(tmp_path / "x", Configuration())


def test_languages_are_told_by_extension_and_first_line(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "a.py",
        "b.pyw",
        "c.sql",
        "d.ddl",
        "e.psql",
        "f.pgsql",
        "g.mysql",
        "x/A.java",
        "x/b.pl",
        "x/c.pl",
        "d.txt",
        "README",
    )
    plant(
        tmp_path,
        contents={"bin/worker": "#!/usr/bin/env python3\n", "bin/other": "#!/bin/python3 -u", "bin/go": "#!/with-contenv ash"},
    )
    (tmp_path / "bin/worker").chmod(0o755)
    (tmp_path / "bin/go").chmod(0o755)
    tree = scan(tmp_path)
    assert {file.path: file.language for file in tree.files} == {
        "a.py": "python",
        "b.pyw": "python",
        "bin/worker": "python",
        "bin/go": "shell",
        "x/A.java": "java",
        **dict.fromkeys(("c.sql", "d.ddl", "e.psql", "f.pgsql", "g.mysql"), "sql"),
    }
    assert tree.unsupported == (("perl", 2),)
    assert tree.files[0].size == (tmp_path / "a.py").stat().st_size


def test_only_source_of_an_unsupported_language_is_counted(tmp_path: Path) -> None:
    plant(tmp_path, "a/x.swift", "a/node_modules/y/z.swift", "a/tests/y.swift", "a/vendor/y.swift")
    assert scan(tmp_path).unsupported == (("swift", 1),)


def test_configuration_files_are_listed(tmp_path: Path) -> None:
    names = [
        "compose.yaml",
        "docker-compose.prod.yml",
        "Dockerfile",
        "api.Dockerfile",
        "pyproject.toml",
        "alembic.ini",
        ".env",
        "db.env",
    ]
    names += [
        "dbt_project.yml",
        "application-dev.yml",
        "Procfile",
        "appsettings.Development.json",
        "dblint.yaml",
        "conf/other.yaml",
    ]
    contents = dict.fromkeys(names, "") | {"deploy/pod.yaml": "apiVersion: v1\nkind: Pod\n", "openapi.yaml": "openapi: 3\n"}
    plant(tmp_path, contents=contents)
    assert set(scan(tmp_path).configuration_files) == {*names, "deploy/pod.yaml"} - {"conf/other.yaml"}


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("app/models.py", "source"),
        ("app/contest.py", "source"),
        ("latest/attest.py", "source"),
        ("app/testimony.py", "source"),
        ("migrations/V3__test_table.sql", "source"),
        ("tests/app/models.py", "test"),
        ("app/test/x.py", "test"),
        ("app/conftest.py", "test"),
        ("app/test_models.py", "test"),
        ("src/teams.spec.db.ts", "test"),
        ("src/teams.db.ts", "source"),
        ("app/models_test.py", "test"),
        ("priv/repo/migrations/20260127150000_create_projects_for_tests.exs", "source"),
        ("app/migrations/0002_add_ab_test.py", "source"),
        ("migrations/20200101_orders_test.go", "test"),
        ("app/migrations/orders_test.py", "test"),
        ("app/tests.py", "test"),
        ("functional_tests/x.py", "test"),
        ("tests_unit/x.py", "test"),
        ("app/testing/x.py", "test"),
        ("app/fixtures/rows.sql", "test"),
        ("app/factories.py", "test"),
        ("spec/x.py", "test"),
        ("docs/conf.py", "test"),
        ("docs/queries.sql", "test"),
        ("docs/sql/shop.sql", "source"),
        ("docs/db/examples/shop.sql", "test"),
        ("orders/sql/examples.sql", "test"),
        ("examples/demo/app.py", "test"),
        ("test-service/app.py", "test"),
        ("src/main/java/com/example/samples/Order.java", "source"),
        ("src/com/example/Order.java", "source"),
        ("src/test/java/com/acme/Order.java", "test"),
        ("src/integrationTest/java/com/acme/Order.java", "test"),
        ("api/src/it/scala/shop/Orders.scala", "test"),
        ("api/src/main/scala/shop/OrdersSpec.scala", "test"),
        ("src/main/resources/fixtures/rows.sql", "test"),
        ("vendor/x/y.py", "vendored"),
        ("third_party/tests/y.py", "vendored"),
        (".venv/lib/python3.12/site-packages/x.py", "vendored"),
        ("web/node_modules/x/y.py", "vendored"),
        ("web/wwwroot/lib/jquery/dist/jquery.js", "vendored"),
        ("web/wwwroot/libs/moment/moment.js", "vendored"),
        ("web/wwwroot/js/site.js", "source"),
        ("src/main/webapp/assets/vendors/ace/ace.js", "vendored"),
        ("shop/wwwroot/admin/vendors/vendor-service.js", "source"),
        ("api/orders_pb2.py", "generated"),
        ("api/orders_pb2_grpc.py", "generated"),
        ("shop/_ide_helper.php", "generated"),
        ("shop/_ide_helper_models.php", "generated"),
    ],
)
def test_names_tell_the_role(tmp_path: Path, path: str, role: str) -> None:
    assert roles(plant(tmp_path, path))[path] == role


@pytest.mark.parametrize(
    ("head", "generated"),
    [
        ("# Code generated by sqlc. DO NOT EDIT.\n# versions:\n", True),
        ("# Code generated by x\n", True),
        ("# @generated by protoc\n", True),
        ("# This file is auto-generated.\n", True),
        ("#!/bin/sh\n# This file is auto-generated.\ncat <<EOF\n", True),
        ("#!/bin/bash\ncat <<EOF > x.cf\n# Autogenerated by shop\n", False),
        ("import java.util.List;\n\n// TODO: Auto-generated Javadoc\n/** The orders. */\n", False),
        ("/**\n * Auto-generated Migration: Please modify to your needs!\n */\nfinal class Version1 {}\n", False),
        ("// this up() migration is auto-generated, please modify it to your needs\n", False),
        ("int f() {\n  // TODO Auto-generated method stub\n  return 0;\n}\n", False),
        ("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# Automatically generated by tool\n", True),
        ("# Generated by OpenAPI Generator\n\n# DO NOT EDIT\n", True),
        ("# Generated by Django 4.2.1 on 2024-01-01 10:00\n", False),
        ("# DO NOT EDIT the order of these constants\nA = 1\n", False),
        ('"""Docs of a module that handles generated keys."""\n', False),
        ("", False),
    ],
)
def test_a_header_tells_that_a_file_is_generated(head: str, generated: bool) -> None:
    assert is_generated(head) is generated


def test_only_the_head_of_python_is_asked_whether_it_is_generated(tmp_path: Path) -> None:
    mark = "# Code generated by x. DO NOT EDIT.\n"
    plant(tmp_path, contents={"a.py": mark, "b.py": "x = 1\n" * 400 + mark, "c.sql": mark.replace("#", "--")})
    assert roles(tmp_path) == {"a.py": "generated", "b.py": "source", "c.sql": "source"}


def test_a_scanned_folder_below_tests_is_no_test(tmp_path: Path) -> None:
    root = plant(tmp_path / "tests" / "fixtures" / "shop", "orders/app.py", "orders/tests/test_app.py")
    assert roles(root) == {"orders/app.py": "source", "orders/tests/test_app.py": "test"}


def test_a_declared_service_is_source_whatever_it_is_called(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "test-service/app.py",
        "test-service/tests/x.py",
        "examples/shop/app.py",
        "examples/other/app.py",
        "vendor/app.py",
    )
    place = Place("dblint.yaml", 1)
    entries = tuple(ServiceEntry(name=path, path=path, place=place) for path in ("test-service", "examples/shop", "vendor"))
    assert roles(tmp_path, Configuration(services=entries)) == {
        "test-service/app.py": "source",
        "test-service/tests/x.py": "test",
        "examples/shop/app.py": "source",
        "examples/other/app.py": "test",
        "vendor/app.py": "source",
    }


def test_a_deployed_folder_is_source_whatever_it_is_called(tmp_path: Path) -> None:
    compose = "services: {vendor: {build: ./vendor}, orders: {build: ./orders}}\n"
    plant(tmp_path, "vendor/app.py", "orders/app.py", contents={"compose.yaml": compose})
    assert roles(tmp_path) == {"vendor/app.py": "source", "orders/app.py": "source"}


def test_patterns_leave_files_out_and_name_tests(tmp_path: Path) -> None:
    plant(tmp_path, "a/x.py", "a/legacy/y.py", "a/acceptance/z.py", "a/z.bak.sql")
    configuration = Configuration(exclude=("legacy/", "*.bak.sql"), tests=("**/acceptance/**",))
    assert roles(tmp_path, configuration) == {"a/x.py": "source", "a/acceptance/z.py": "test"}
    assert scan(tmp_path, configuration).excluded == 2


def test_patterns_of_a_file_above_are_relative_to_that_file(tmp_path: Path) -> None:
    plant(tmp_path, "orders/x.py", "x/orders/y.py")
    assert paths(tmp_path, Configuration(exclude=("/services/orders/",), prefix="services/")) == ["x/orders/y.py"]


def test_git_decides_which_files_count(tmp_path: Path) -> None:
    plant(tmp_path, "a.py", "new.py", "gone.py", "kept/b.py", "out/c.py", "out/forced.py", "sub/x.py", "sub/y.py")
    plant(tmp_path, contents={".gitignore": "out/\n", "sub/.gitignore": "/y.py\n", "é.py": "", "with\nnewline.py": ""})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "a.py", "gone.py")
    git(tmp_path, "add", "-f", "out/forced.py")
    (tmp_path / "gone.py").unlink()
    expected = ["a.py", "kept/b.py", "new.py", "out/forced.py", "sub/x.py", "with\nnewline.py", "é.py"]
    assert paths(tmp_path) == expected
    assert paths(tmp_path / "sub") == ["x.py"]


def test_a_walk_obeys_gitignore_files_as_git_does(tmp_path: Path) -> None:
    plant(
        tmp_path,
        "a.py",
        "out/c.py",
        "keep/out/d.py",
        "sub/x.py",
        "sub/y.py",
        "sub/deep/y.py",
        "sub/z.tmp.py",
        "__pycache__/q.py",
    )
    plant(tmp_path, contents={".gitignore": "/out/\n*.tmp.py\n\\\n", "sub/.gitignore": "y.py\n!deep/y.py\n!z.tmp.py\n"})
    assert paths(tmp_path) == ["a.py", "keep/out/d.py", "sub/deep/y.py", "sub/x.py", "sub/z.tmp.py"]


def test_a_folder_that_git_ignores_is_walked_when_it_is_scanned_itself(tmp_path: Path) -> None:
    plant(tmp_path, "out/c.py", contents={".gitignore": "out/\n"})
    git(tmp_path, "init", "-q")
    assert paths(tmp_path / "out") == ["c.py"]


def test_repositories_inside_a_repository_are_entered(tmp_path: Path) -> None:
    plant(tmp_path, "a.py", "clone/b.py", "clone/ignored.py", "clone/inner/c.py", contents={"clone/.gitignore": "ignored.py\n"})
    for folder in ("clone/inner", "clone", "."):
        git(tmp_path / folder, "init", "-q")
    git(tmp_path / "clone/inner", "add", "c.py")
    git(tmp_path / "clone/inner", "commit", "-qm", "x")
    git(tmp_path / "clone", "add", "inner")
    assert paths(tmp_path) == ["a.py", "clone/b.py", "clone/inner/c.py"]


def test_nothing_that_the_repository_configures_is_run(tmp_path: Path) -> None:
    root = plant(tmp_path / "root", "a.py")
    git(root, "init", "-q")
    program = tmp_path / "program.sh"
    write(program, f"#!/bin/sh\ntouch {tmp_path}/PWNED\n")
    program.chmod(0o755)
    git(root, "config", "core.fsmonitor", str(program))
    assert paths(root) == ["a.py"]
    assert not (tmp_path / "PWNED").exists()


def test_a_hook_environment_does_not_lead_git_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = plant(tmp_path / "root", "a.py")
    git(root, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    assert paths(root) == ["a.py"]


@pytest.mark.parametrize("tracked", [False, True])
def test_links_are_followed_to_files_inside_only(tmp_path: Path, tracked: bool) -> None:
    root = plant(tmp_path / "root", "a/x.py", "b.txt")
    plant(tmp_path, "outside.py", "away/z.py", "rootless/q.py")
    (root / "inside.py").symlink_to("a/x.py")
    (root / "outside.py").symlink_to(tmp_path / "outside.py")
    (root / "note.txt").symlink_to(tmp_path / "outside.py")
    (root / "folder").symlink_to("a")
    (root / "away").symlink_to(tmp_path / "away")
    (root / "loop.py").symlink_to("loop.py")
    (root / "dangling.py").symlink_to("nowhere.py")
    (root / "prefix.py").symlink_to(tmp_path / "rootless" / "q.py")
    if tracked:
        git(root, "init", "-q")
        git(root, "add", "-A")
    assert paths(root) == ["a/x.py", "inside.py"]
    expected = [
        ("away", "outside-root"),
        ("loop.py", "unreadable"),
        ("outside.py", "outside-root"),
        ("prefix.py", "outside-root"),
    ]
    assert problems(root) == expected


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    plant(tmp_path, "a.py")
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / "Dockerfile")
    os.mkfifo(tmp_path / "other")
    assert problems(tmp_path) == [("Dockerfile", "not-regular-file"), ("pipe.py", "not-regular-file")]
    assert paths(tmp_path) == ["a.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
@pytest.mark.parametrize("tracked", [False, True])
def test_a_closed_folder_is_a_problem(tmp_path: Path, tracked: bool) -> None:
    plant(tmp_path, "a.py", "closed/b.py")
    if tracked:
        git(tmp_path, "init", "-q")
    (tmp_path / "closed").chmod(0)
    try:
        assert problems(tmp_path) == [("closed", "unreadable")]
    finally:
        (tmp_path / "closed").chmod(0o755)


def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "a.py", "closed/b.py")
    scandir = os.scandir

    def refusing(path: Path) -> object:
        if path.name == "closed":
            raise PermissionError
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert problems(tmp_path) == [("closed", "unreadable")]
    assert paths(tmp_path) == ["a.py"]


@pytest.mark.parametrize("tracked", [False, True])
def test_names_that_are_not_utf8_are_escaped_and_can_be_opened(tmp_path: Path, tracked: bool) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_text("x = 1\n")
    (tmp_path / "plain\\x41.py").write_text("")
    if tracked:
        git(tmp_path, "init", "-q")
    assert paths(tmp_path) == ["caf\\xe9.py", "plain\\x41.py"]
    assert location(tmp_path, "caf\\xe9.py").read_text() == "x = 1\n"
    assert location(tmp_path, "plain\\x41.py").read_text() == ""


def test_ten_thousand_files_take_a_few_seconds(tmp_path: Path) -> None:
    for service in range(20):
        for folder in range(25):
            for number in range(20):
                write(tmp_path / f"services/s{service}/p{folder}/m{number}.py", "import os\n")
    start = time.process_time()
    tree = scan(tmp_path)
    assert len(tree.files) == 10_000
    assert len(tree.services) == 20
    assert time.process_time() - start < 15


@pytest.mark.parametrize(
    ("head", "language"),
    [
        ('<hibernate-mapping package="shop">', "hibernate"),
        ('<hibernate-mapping xmlns="urn:nhibernate-mapping-2.2">', "nhibernate"),
        ('<entity-mappings version="2.0">', "hibernate"),
        ('<doctrine-mapping xmlns="http://doctrine-project.org/schemas/orm/doctrine-mapping">', "doctrine"),
    ],
)
def test_mapping_documents_are_told_by_their_root(tmp_path: Path, head: str, language: str) -> None:
    plant(tmp_path, contents={"orders/Order.orm.xml": f"<?xml version='1.0'?>\n{head}\n", "pom.xml": "<project/>\n"})
    assert {item.path: item.language for item in discover(tmp_path, Configuration()).files} == {
        "orders/Order.orm.xml": language
    }


def test_what_dotnet_makes_projects_of_is_left_out_beside_real_projects(tmp_path: Path) -> None:
    template = (
        "templates/api/.template.config/template.json",
        "templates/api/src/Host/Host.csproj",
        "templates/api/src/Host/A.cs",
    )
    assert "templates/api/src/Host/A.cs" in roles(plant(tmp_path, *template))
    assert list(roles(plant(tmp_path, "services/orders/Orders.csproj", "services/orders/B.cs"))) == ["services/orders/B.cs"]
