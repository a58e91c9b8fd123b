"""The matrix against the databases themselves: change and consumer statement, run on the real thing."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dblint.compatibility import row
from tests.compatibility.cases import CASES, SETUPS, TABLE, UPSERT, Case
from tests.compatibility.servers import Database, DatabaseError, Rows, Sqlite, mariadb, missing, postgres


@pytest.fixture(scope="module")
def databases(pytestconfig: pytest.Config) -> Iterator[dict[str, Database]]:
    """The databases that can be had here, started."""
    with ExitStack() as stack:
        started: dict[str, Database] = {"sqlite": Sqlite()}
        for dialect, start in (("postgres", postgres), ("mysql", mariadb)):
            if _is_asked_for(pytestconfig) and not missing(dialect):
                # Not in pytest's folder, which only its own user may enter; and short, since a socket's path is limited.
                folder = stack.enter_context(TemporaryDirectory(prefix="dblint-", ignore_cleanup_errors=True))
                started[dialect] = stack.enter_context(start(Path(folder)))
        yield started


def _is_asked_for(config: pytest.Config) -> bool:
    return str(config.getoption("markexpr")).strip() == "database"


def _cells() -> list[object]:
    return [
        pytest.param(case, dialect, id=f"{case}-{dialect}-{number}")
        for number, case in enumerate(CASES)
        for dialect in case.dialects
    ]


@pytest.mark.database
@pytest.mark.parametrize(("case", "dialect"), _cells())
def test_a_database_does_what_the_matrix_says(databases: dict[str, Database], case: Case, dialect: str) -> None:
    if dialect not in databases:
        pytest.skip(missing(dialect) or "servers are only started for `pytest -m database`")
    expected = row(case.change).text(case.consumer, dialect)  # type: ignore[arg-type]  # a case names a consumer
    verdict = _observed(databases[dialect], case)
    assert verdict in expected.split("/") or "R" in expected.split("/"), f"{dialect} says {verdict}, the matrix {expected}"


def _observed(database: Database, case: Case) -> str:
    """What happens to the consumer: E, S, D or ok."""
    before = _consumed(database, case, "")
    try:
        after = _consumed(database, case, case.ddl)
    except _RefusedError:
        return "D"
    assert before is not None, "the statement must work before the change"
    if after is None:
        return "E"
    # By name: a column more is no difference, one less is.
    known = [{name: line.get(name, "<gone>") for name in before[0]} for line in after] if before else after
    return "ok" if known == before else "S"


class _RefusedError(Exception):
    """The database refuses the change."""


def _consumed(database: Database, case: Case, ddl: str) -> Rows | None:
    """The rows that the consumer gets, None where it fails."""
    setup = SETUPS[case.setup][database.dialect] if case.setup in SETUPS else case.setup
    database.renew(TABLE + setup)
    if ddl:
        try:
            database.run(ddl + ";")
        except DatabaseError:
            raise _RefusedError from None
    statement = UPSERT[database.dialect] if case.statement == "<upsert>" else case.statement
    try:
        return database.run(f"{statement};{case.probe};" if case.probe else f"{statement};")
    except DatabaseError:
        return None
