"""What a container of Compose is told to run is charged to the service that the container is."""

from pathlib import Path

from dblint.config import Configuration
from dblint.pipeline import analyse
from tests.discover.trees import plant

_COMPOSE = """services:
  db:
    image: postgres:16
    command: ["sh", "-c", "psql -c 'DELETE FROM stray'"]
  orders:
    build: ./orders
    command: sh -c "psql -c 'CREATE TABLE orders (id int)' && python main.py"
  billing:
    image: registry.example/shop/billing:1
    command:
      - psql
      - -c
      - UPDATE orders SET id = 1
"""


def test_sql_of_a_command_is_that_of_the_service_which_the_container_is(tmp_path: Path) -> None:
    for name in ("orders", "billing"):
        plant(
            tmp_path, contents={f"{name}/Dockerfile": "FROM python:3\nCMD python main.py\n", f"{name}/main.py": "import os\n"}
        )
    plant(tmp_path, contents={"docker-compose.yml": _COMPOSE})
    system = analyse(tmp_path, Configuration()).system
    assert {(access.service, access.mode, access.table.name) for access in system.accesses} == {
        ("", "write", "stray"),
        ("billing", "write", "orders"),
    }
    assert {table.id.name: table.owner for table in system.tables if table.owner} == {"orders": "orders"}
