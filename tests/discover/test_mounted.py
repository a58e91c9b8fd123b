"""Code that stands in a folder of its own belongs to the service whose container runs it."""

from pathlib import Path

import pytest

from tests.discover.trees import plant, scan

_PHP = "<?php $pdo->query('SELECT 1');\n"
_API = {"api/Dockerfile": "FROM python:3\nCOPY . .\nCMD python main.py\n", "api/main.py": "import os\n"}
_HAND_OUT = "  proxy:\n    image: nginx:1.27\n    volumes: ['./data/web:/web:ro']\n"


def _held(root: Path, compose: str, files: dict[str, str]) -> dict[str, str]:
    """The service of every source file of a tree with an API and these files."""
    built = f"services:\n  api:\n    build: ./api\n{compose}"
    plant(root, contents={**_API, "docker-compose.yml": built, **files})
    return {file.path: file.service for file in scan(root).files}


def test_a_folder_belongs_to_the_service_whose_image_runs_it_and_not_to_the_web_server_that_hands_it_out(
    tmp_path: Path,
) -> None:
    runs = "  php-fpm-shop:\n    image: ghcr.io/shop/phpfpm:8.2\n    volumes:\n      - ./data/web:/web:z\n"
    held = _held(
        tmp_path,
        runs + _HAND_OUT,
        {"images/phpfpm/Dockerfile": "FROM php:8-fpm\n", "images/phpfpm/cron.php": _PHP, "data/web/a.php": _PHP},
    )
    assert held["data/web/a.php"] == held["images/phpfpm/cron.php"] == "phpfpm"


def test_a_folder_that_a_stock_image_runs_is_a_service_called_as_compose_calls_it(tmp_path: Path) -> None:
    runs = "  shop:\n    image: php:8-fpm\n    volumes:\n      - {type: bind, source: ./data/web, target: /web}\n"
    assert _held(tmp_path, runs + _HAND_OUT, {"data/web/a.php": _PHP})["data/web/a.php"] == "shop"


def test_a_folder_is_that_of_the_runtime_that_an_image_of_the_tree_is_made_from(tmp_path: Path) -> None:
    runs = "  shop:\n    build: ./docker\n    volumes: ['${WEB:-./data/web}:/web', './data/cron.php:/cron.php']\n"
    docker = "ARG TAG=8\nFROM php:${TAG}-fpm AS base\nFROM node:22 AS assets\nFROM base\nCMD php-fpm\n"
    held = _held(
        tmp_path, runs, {"docker/Dockerfile": docker, "data/web/a.php": _PHP, "data/cron.php": _PHP, "data/b.php": _PHP}
    )
    assert (held["data/web/a.php"], held["data/cron.php"], held["data/b.php"]) == ("shop", "shop", "")


def test_containers_of_one_image_are_one_service_and_those_of_two_leave_a_folder_to_nobody(tmp_path: Path) -> None:
    one, other = (f"  {name}:\n    image: {{}}\n    volumes: ['./data/web:/web']\n" for name in ("shop", "worker"))
    files = {"data/web/a.php": _PHP}
    held = _held(tmp_path / "one", one.format("php:8-fpm") + other.format("php:8-fpm"), files)
    assert held["data/web/a.php"] == "shop"
    held = _held(tmp_path / "two", one.format("php:8-fpm") + other.format("acme/php-worker"), files)
    assert held["data/web/a.php"] == ""


@pytest.mark.parametrize("image", ["phpmyadmin/phpmyadmin", "node:22", "prom/node-exporter", "mysql:8", "nginx"])
def test_an_image_that_cannot_run_the_code_does_not_get_it(image: str, tmp_path: Path) -> None:
    runs = f"  tool:\n    image: {image}\n    volumes: ['./data/web:/web']\n"
    assert _held(tmp_path, runs, {"data/web/a.php": _PHP})["data/web/a.php"] == ""


def test_what_is_mounted_of_another_service_stays_that_service_s(tmp_path: Path) -> None:
    runs = "  tool:\n    image: python:3\n    volumes: ['./api:/api', '.:/all']\n"
    held = _held(tmp_path, runs, {"other/Dockerfile": "FROM python:3\nCMD python m.py\n", "other/m.py": "import os\n"})
    assert (held["api/main.py"], held["other/m.py"]) == ("api", "other")


def test_node_that_builds_the_pages_of_a_server_in_another_language_does_not_run_it(tmp_path: Path) -> None:
    assets = "  assets:\n    image: node:22\n    command: npm run dev\n    volumes: ['./data/web:/web']\n"
    runs = "  shop:\n    image: php:8-fpm\n    volumes: ['./data/web:/web']\n"
    held = _held(tmp_path, assets + runs, {"data/web/a.php": _PHP, "data/web/a.js": "const a = 1;\n"})
    assert held["data/web/a.php"] == held["data/web/a.js"] == "shop"
    pages = {"data/web/a.php": _PHP, "data/web/b.php": _PHP, "data/web/a.js": "const a = 1;\n"}
    assert _held(tmp_path / "only", assets, pages)["data/web/a.php"] == ""


def test_a_folder_of_javascript_belongs_to_the_node_that_runs_it(tmp_path: Path) -> None:
    runs = "  shop:\n    image: node:22\n    command: npm start\n    volumes: ['./data/shop:/app']\n"
    assert (
        _held(tmp_path, runs, {"data/shop/a.ts": "const a = 1;\n", "data/shop/tool.py": "import os\n"})["data/shop/a.ts"]
        == "shop"
    )


def test_a_folder_without_code_makes_no_service(tmp_path: Path) -> None:
    runs = "  shop:\n    image: node:22\n    volumes: ['./data/conf:/conf']\n"
    _held(tmp_path, runs, {"data/conf/a.json": "{}\n"})
    assert [service.name for service in scan(tmp_path).services] == ["api"]
