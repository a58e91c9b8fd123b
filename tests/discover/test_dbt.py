"""dbt projects are services, and their files are known."""

from pathlib import Path

import pytest

from tests.discover.trees import kinds, plant, roles, scan

DBT = {"dw/dbt_project.yml": "name: dw\n", "dw/models/m.sql": "select 1 as a\n"}
SHOP = {"shop/pyproject.toml": "[project]\nname = 'shop'\n", "shop/app.py": "import os\n"}


@pytest.mark.parametrize("image", ["", "ghcr.io/dbt-labs/dbt-postgres:1.8", "python:3.12"])
def test_a_dbt_project_is_a_service_in_any_image(image: str, tmp_path: Path) -> None:
    docker = {"dw/Dockerfile": f"FROM {image}\n"} if image else {}
    assert kinds(plant(tmp_path, contents=DBT | SHOP | docker)) == {"dw": "service", "shop": "service"}


def test_a_dbt_project_called_database_is_a_service_all_the_same(tmp_path: Path) -> None:
    contents = {"database/dbt_project.yml": "name: dw\n", "database/models/m.sql": "select 1 as a\n"}
    assert kinds(plant(tmp_path, contents=contents | SHOP))["database"] == "service"


def test_properties_seeds_and_profiles_are_files_of_the_project_and_packages_are_not(tmp_path: Path) -> None:
    names = ["dw/models/sources.yml", "dw/seeds/a.csv", "profiles.yml", "shop/other.yml", "dw/dbt_packages/p/models/s.yml"]
    plant(tmp_path, contents=DBT | SHOP | dict.fromkeys(names, "a: 1\n"))
    assert scan(tmp_path).dbt_files == ("dw/dbt_project.yml", "dw/models/sources.yml", "dw/seeds/a.csv", "profiles.yml")


def test_a_template_of_sql_is_sql(tmp_path: Path) -> None:
    plant(tmp_path, contents=SHOP | {"shop/a.sql.j2": "select 1\n", "shop/b.sql.jinja": "select 1\n", "shop/c.html.j2": "x\n"})
    assert set(roles(tmp_path)) == {"shop/app.py", "shop/a.sql.j2", "shop/b.sql.jinja"}
