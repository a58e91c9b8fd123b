"""Workspaces of Nx and Nest: their applications are services and their libraries are shared, without a package.json each."""

import json
from pathlib import Path

from tests.discover.trees import kinds, plant


def _project(kind: str) -> str:
    return json.dumps({"name": "any", "projectType": kind, "targets": {}})


def test_applications_of_an_nx_workspace_are_services_and_its_libraries_are_shared(tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "package.json": "{}",
            "nx.json": "{}",
            "service.Dockerfile": "FROM node\nCOPY . .\nCMD node ./dist/apps/$SERVICE/main.js\n",
            "jest/setup.ts": "export {};",
            "apps/orders/project.json": _project("application"),
            "apps/orders/src/main.ts": "bootstrap();",
            "apps/billing/project.json": _project("application"),
            "apps/billing/src/main.ts": "bootstrap();",
            "apps/billing-e2e/project.json": _project("application"),
            "apps/billing-e2e/src/billing.ts": "export {};",
            "domain/store/project.json": _project("library"),
            "domain/store/src/index.ts": "export {};",
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service", "store": "library"}


def test_projects_of_a_nest_workspace_are_its_services(tmp_path: Path) -> None:
    projects = {
        "orders": {"type": "application", "root": "apps/orders"},
        "billing": {"type": "application", "root": "apps/billing"},
        "shared": {"type": "library", "root": "libs/shared"},
    }
    plant(
        tmp_path,
        contents={
            "package.json": "{}",
            "nest-cli.json": json.dumps({"monorepo": True, "root": "apps/orders", "projects": projects}),
            "apps/orders/src/main.ts": "bootstrap();",
            "apps/billing/src/main.ts": "bootstrap();",
            "libs/shared/src/index.ts": "export {};",
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service", "shared": "library"}


def test_a_project_file_of_another_tool_makes_no_service(tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "orders/package.json": '{"scripts": {"start": "node index.js"}}',
            "orders/index.js": "",
            "billing/package.json": '{"scripts": {"start": "node index.js"}}',
            "billing/index.js": "",
            "drawings/project.json": '{"version": 3}',
            "drawings/inner/draw.js": "",
        },
    )
    assert "inner" not in kinds(tmp_path)
    assert kinds(tmp_path)["orders"] == "service"
