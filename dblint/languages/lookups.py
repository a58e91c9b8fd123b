"""Queries in the configuration of servers that look their users, mailboxes or zones up in a database.

| server | says | source |
|---|---|---|
| Postfix | `query = SELECT …`, before 2.2 `table`, `select_field`, `where_field` | https://www.postfix.org/mysql_table.5.html |
| Dovecot | `password_query`, `user_query`, `iterate_query`, `map { table = … }` | https://doc.dovecot.org (2.3, "SQL") |
| PowerDNS | `gmysql-basic-query=…` | https://doc.powerdns.com/authoritative/backends/generic-sql.html |
| FreeRADIUS | `authorize_check_query = "…"` | https://wiki.freeradius.org/modules/Rlm_sql |
| ProFTPD | `SQLNamedQuery name SELECT "a FROM t"`, `SQLUserInfo table …` | http://www.proftpd.org/docs/contrib/mod_sql.html |
| Pure-FTPd | `MYSQLGetPW SELECT …` | https://github.com/jedisct1/pure-ftpd (README.MySQL, README.PGSQL) |
| Asterisk | `readsql=SELECT …`, `writesql=…` | https://docs.asterisk.org (func_odbc.conf) |
| Cyrus SASL | `sql_select: SELECT …` | https://www.cyrusimap.org/sasl/ |
| Logstash | `statement => "SELECT …"` | https://www.elastic.co/guide/en/logstash/current/plugins-inputs-jdbc.html |
"""

import re
from collections.abc import Iterator

_KEY = re.compile(
    r"^[ \t]*(?:(?P<proftpd>SQLNamedQuery[ \t]+[\w-]+)|[\w.:/-]*(?:query|sql|select|statement)[\w.-]*|(?:MYSQL|PGSQL)\w+)"
    r"[ \t]*(?:=>|[=:]|(?<=[ \t]))[ \t]*",
    re.MULTILINE | re.IGNORECASE,
)
# Lines go on behind a backslash, in quotes, and where the next one is further in, as in Postfix's files, whose keys are never.
_QUOTED = re.compile(r"([\"'])((?:(?!\1)[^\\]|\\.)*)\1[ \t]*(?:\n|\Z)", re.DOTALL)
_PLAIN = re.compile(r"((?:[^\\\n]|\\.)*(?:\n[ \t]+(?!\w+[ \t]*=)[^\s#][^\n]*)*)", re.DOTALL)
_FURTHER_IN = re.compile(r"((?:[^\\\n]|\\.)*(?:\n[ \t]+[^\s#][^\n]*)*)", re.DOTALL)
_STATEMENT = re.compile(
    r"\s*(?:select\s.*\sfrom\s|insert\s+(?:ignore\s+)?into\s|replace\s+into\s|update\s.*\sset\s|delete\s+from\s|with\s.*\sas\s*\()",
    re.IGNORECASE | re.DOTALL,
)
_PROFTPD = re.compile(r"\A\s*(SELECT|INSERT|UPDATE|DELETE)\s+\"([^\"]*)\"[ \t]*(\w*)", re.IGNORECASE)
_MADE = {
    "select": "select {body}",
    "insert": "insert into {table} {body}",
    "delete": "delete from {table} {body}",
    "update": "update {table} set {body}",
}
_NAMED = re.compile(
    r"^[ \t]*(?P<key>table|select_field|where_field|value_field|username_field|SQLUserInfo|SQLGroupInfo)"
    r"(?:[ \t]*=[ \t]*|[ \t]+)(?P<value>\w+)",
    re.MULTILINE,
)
_LISTS = frozenset({"SQLUserInfo", "SQLGroupInfo"})


def queries(text: str) -> Iterator[tuple[int, str]]:
    """Yield each query of a configuration file with its line, from 1."""
    for key in _KEY.finditer(text):
        plain = _PLAIN if key[0][0].isspace() else _FURTHER_IN
        value = _QUOTED.match(text, key.end()) or plain.match(text, key.end())
        if value is None:  # pragma: no cover -- an empty value is one
            continue
        said = re.sub(r"\\\n", " \n", value[value.lastindex or 0])
        made = _PROFTPD.match(said) if key["proftpd"] else None
        query = _MADE[made[1].lower()].format(body=made[2], table=made[3]) if made else said
        if _STATEMENT.match(query):
            yield text.count("\n", 0, value.start(value.lastindex or 0)) + 1, query
    yield from _named(text)


def _named(text: str) -> Iterator[tuple[int, str]]:
    """The queries that are made of the names of a table and of columns."""
    fields: dict[str, str] = {}
    for found in _NAMED.finditer(text):
        key, line = found["key"], text.count("\n", 0, found.start()) + 1
        if key in _LISTS:
            columns = text[found.end() :].partition("\n")[0].split()
            yield line, f"select {', '.join(filter(str.isidentifier, columns)) or '*'} from {found['value']}"  # noqa: S608 -- read, never run
            continue
        if key == "table":
            fields = {"line": str(line)}
        fields[key] = found["value"]
        column = fields.get("select_field") or fields.get("value_field")
        asked = fields.get("where_field") or fields.get("username_field")
        if column and asked and "table" in fields:
            yield int(fields["line"]), f"select {column} from {fields['table']} where {asked} = '%s'"  # noqa: S608 -- read, never run
            fields = {}
