"""Folders that build a database server are no services."""

from pathlib import Path

import pytest

from tests.discover.trees import plant, scan


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        ("mongo:3", "schema"),
        ("docker.io/library/postgres:16-alpine", "schema"),
        ("example/mysql8:${TAG}", "schema"),
        ("node:22", "service"),
        ("prom/postgres-exporter", "service"),
    ],
)
def test_a_folder_that_builds_a_database_server_is_no_service(image: str, kind: str, tmp_path: Path) -> None:
    contents = {"store/Dockerfile": f"ARG TAG=1\nFROM {image}\nADD dump.js /\n", "store/dump.js": "db.x.insert({});\n"}
    contents |= {"web/Dockerfile": "FROM node\n", "web/a.js": "\n", "api/Dockerfile": "FROM node\n", "api/a.js": "\n"}
    plant(tmp_path, contents=contents)
    assert {service.name: service.kind for service in scan(tmp_path).services}["store"] == kind
