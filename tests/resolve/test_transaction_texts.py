"""Transactions that a script begins and commits, and commits in two phases, from files to the finding about them."""

from pathlib import Path

import pytest

from tests.resolve.transactions import INVOICE, ORDER, told


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("BEGIN;", "COMMIT;"),
        ("START TRANSACTION;", "COMMIT;"),
        ("BEGIN TRANSACTION", "COMMIT TRANSACTION;"),
        ("BEGIN ISOLATION LEVEL SERIALIZABLE;", "END;"),
    ],
)
def test_a_sql_file_that_begins_and_commits_is_a_transaction(tmp_path: Path, begin: str, end: str) -> None:
    assert told(tmp_path, {"sql/place.sql": f"{begin}\n{ORDER};\n{INVOICE};\n{end}\n"}) == [
        ("orders/sql/place.sql", 3, "invoices")
    ]


@pytest.mark.parametrize(
    "script",
    [
        f"BEGIN;\n{ORDER};\nCOMMIT;\nBEGIN;\n{INVOICE};\nCOMMIT;\n",
        f"BEGIN;\n{ORDER};\nROLLBACK;\n{INVOICE};\n",
        f"BEGIN;\n{ORDER};\nCREATE FUNCTION f() RETURNS void AS $$ {INVOICE}; $$ LANGUAGE sql;\nCOMMIT;\n",
        f"{ORDER};\n{INVOICE};\n",
    ],
)
def test_what_a_sql_file_does_apart_is_no_transaction(tmp_path: Path, script: str) -> None:
    assert told(tmp_path, {"sql/place.sql": script}) == []


@pytest.mark.parametrize(
    "script",
    [
        f"BEGIN;\n{ORDER};\nPREPARE TRANSACTION 'x';\n",
        f"XA START 'x';\n{ORDER};\nXA END 'x';\nXA PREPARE 'x';\nXA COMMIT 'x';\n",
        f"BEGIN DISTRIBUTED TRANSACTION;\n{ORDER};\nCOMMIT TRANSACTION;\n",
    ],
)
def test_a_sql_file_that_commits_in_two_phases_is_told_once(tmp_path: Path, script: str) -> None:
    assert [table for _, _, table in told(tmp_path, {"sql/place.sql": script})] == ["*"]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        (
            "P.java",
            """
            import javax.sql.*;
            import javax.transaction.xa.*;
            class P {
                void place(XAConnection connection, Xid id) throws Exception {
                    XAResource resource = connection.getXAResource();
                    resource.start(id, XAResource.TMNOFLAGS);
                }
            }
            """,
        ),
        (
            "P.cs",
            """
            using System.Data.SqlClient;
            using System.EnterpriseServices;
            class P { void Place(SqlConnection c, ITransaction t) { c.EnlistDistributedTransaction(t); } }
            """,
        ),
        (
            "app.py",
            """
            import psycopg2
            def place(connection):
                connection.tpc_begin(connection.xid(1, "a", "b"))
            """,
        ),
        ("app.py", 'from sqlalchemy.orm import sessionmaker\nSession = sessionmaker(twophase=True)\n'),
    ],
)  # fmt: skip
def test_code_that_takes_part_in_a_commit_in_two_phases_istold(tmp_path: Path, name: str, source: str) -> None:
    assert [table for _, _, table in told(tmp_path, {name: source})] == ["*"]
