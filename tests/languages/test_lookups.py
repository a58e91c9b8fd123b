"""Queries in the configuration of servers: their text and line, and nothing that only looks like one."""

import pytest

from dblint.extract.file import extract
from dblint.languages import Vocabulary
from dblint.languages.lookups import queries
from dblint.model.tree import LOOKUPS

POSTFIX = """\
user = mail
hosts = 127.0.0.1
dbname = vmail
query = SELECT maildir FROM mailbox
  WHERE username = '%s'
    AND active = 1
result_format = %s
"""


@pytest.mark.parametrize(
    ("text", "line", "query"),
    [
        (POSTFIX, 4, "SELECT maildir FROM mailbox\n  WHERE username = '%s'\n    AND active = 1"),
        ("table = alias\nselect_field = goto\nwhere_field = address\n", 1, "select goto from alias where address = '%s'"),
        ("query = SELECT a\n  FROM t WHERE (\n    b = '%s'\n  )\n", 1, "SELECT a\n  FROM t WHERE (\n    b = '%s'\n  )"),
        ("user_query = \\\n  SELECT home \\\n  FROM users\n", 1, " \n  SELECT home  \n  FROM users"),
        (
            "map {\n  table = quota\n  username_field = username\n  value_field = bytes\n}\n",
            2,
            "select bytes from quota where username = '%s'",
        ),
        ("gmysql-basic-query=SELECT content FROM records WHERE name=?\n", 1, "SELECT content FROM records WHERE name=?"),
        ('  simul_count_query = "\\\n    SELECT a FROM radacct"\n', 1, " \n    SELECT a FROM radacct"),
        ("SQLNamedQuery get SELECT \"a FROM t WHERE b='%U'\"\n", 1, "select a FROM t WHERE b='%U'"),
        ("SQLNamedQuery up UPDATE \"a=a+1 WHERE b='%u'\" t\n", 1, "update t set a=a+1 WHERE b='%u'"),
        ("SQLUserInfo ftpuser userid passwd\n", 1, "select userid, passwd from ftpuser"),
        ("MYSQLGetPW      SELECT Password FROM users\n", 1, "SELECT Password FROM users"),
        ("writesql=INSERT INTO calls (a) VALUES (1)\n", 1, "INSERT INTO calls (a) VALUES (1)"),
        ("sql_select: SELECT password FROM sasl\n", 1, "SELECT password FROM sasl"),
        ('    statement => "SELECT id FROM orders WHERE id > :last"\n', 1, "SELECT id FROM orders WHERE id > :last"),
    ],
)
def test_a_query_of_a_server_is_found_at_its_line(text: str, line: int, query: str) -> None:
    assert list(queries(text)) == [(line, query)]


@pytest.mark.parametrize(
    "text",
    [
        "slow_query_log = 1\nquery_cache_size = 2\nlog_statement = all\n",
        "# query = SELECT a FROM b\n",
        "table = alias\nselect_field = goto\n",
        "query = of all\n",
        "ssl_cert = SELECT a FROM b\n",
    ],
)
def test_a_setting_that_is_no_query_gives_nothing(text: str) -> None:
    assert list(queries(text)) == []


def test_a_server_reads_the_tables_of_its_queries() -> None:
    facts = extract("mail/sql/mailbox.cf", LOOKUPS, POSTFIX.encode(), Vocabulary(frozenset()), lambda _: ())
    assert [(str(use.table), use.mode, facts.place(use.offset).line) for each in facts.script for use in each.uses] == [
        ("mailbox", "read", 4)
    ]
