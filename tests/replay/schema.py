"""Compares the schema that migrations are said to end in with what a database holds after it ran them.

`python -m tests.replay.schema --dialect postgres FOLDER…`. The servers are those of Debian's packages,
each on a socket of its own. Migrations in code are run by their own tool, in a command of whoever calls this.
"""
# ruff: noqa: T201 - a script that prints

import argparse
import os
import re
import subprocess
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from dblint.compatibility import relation
from dblint.migrations import MigrationFile, effective, from_script, from_source, is_ledger_table, recognise, replay
from dblint.migrations.file import sort_key
from dblint.model.facts import Change
from dblint.model.sql import Dialect
from dblint.sql import read_script
from tests.compatibility.servers import Client, DatabaseError, mariadb, postgres

POSTGRES = """
SELECT c.relname AS t, a.attname AS c, format_type(a.atttypid, a.atttypmod) AS y, a.attnotnull::text AS n
FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
  AND s.nspname NOT IN ('pg_catalog', 'information_schema') AND s.nspname NOT LIKE 'pg_%';
"""
MARIADB = """
SELECT c.table_name AS t, column_name AS c, column_type AS y, IF(is_nullable = 'NO', 'true', 'false') AS n
FROM information_schema.columns c JOIN information_schema.tables b USING (table_schema, table_name)
WHERE c.table_schema = DATABASE() AND b.table_type = 'BASE TABLE';
"""
_SERIAL = {"serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint", "smallserial": "smallint"}


class Held(NamedTuple):
    """A column as one side has it; None where dblint says that it does not know."""

    type: str | None
    required: bool | None


def migrations(folder: Path) -> Iterator[tuple[MigrationFile, str]]:
    """The migrations of a folder that count, in their order."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".sql", ".py") and path.is_file()):
        text = path.read_text("utf-8", "replace")
        file = recognise(str(path.relative_to(folder)), text)
        if file is not None and file.counts:
            found.append((file, text))
    yield from sorted(found, key=lambda each: (each[0].history if each[0].tool == "flyway" else "", sort_key(each[0].order)))


def said(folder: Path, dialect: Dialect) -> dict[tuple[str, str], Held]:
    """The columns that the replay ends in."""
    changes: list[Change] = []
    for file, text in migrations(folder):
        if file.path.endswith(".py"):
            changes += from_source(file, text, dialect)
            continue
        starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]
        statements = read_script(effective(file, text), dialect)
        changes += from_script(file, statements, lambda offset, starts=starts: bisect_right(starts, offset))  # type: ignore[misc]  # bound at once
    tables = [state for state in replay(changes).tables if state.kind == "table" and state.base is None]
    return {
        (state.table.name.lower(), column.name.lower()): Held(
            column.type, None if column.nullable is None and not column.primary_key else not column.nullable
        )
        for state in tables
        for column in state.columns
    }


def script(file: MigrationFile, text: str, client: Client, first: str) -> str:
    """What the database's own command line client is given for one file, in one transaction where the tool makes one."""
    counted = effective(file, text)
    if client.dialect == "mysql":
        statements = read_script(counted, "mysql")
        # Procedures hold semicolons; a driver is given them in one piece.
        pieces = [counted[each.offset : each.end].strip().rstrip(";") for each in statements]
        return f"{first};\nDELIMITER $$\n" + "\n$$\n".join(filter(None, pieces)) + "\n$$\n"
    if re.search(r"\bCONCURRENTLY\b|NO TRANSACTION|^\s*BEGIN\s*;", text, re.MULTILINE):
        return f"{first};\n{counted}"
    return f"{first};\nBEGIN;\n{counted}\n;COMMIT;"


def run_all(folder: Path, client: Client, first: str) -> None:
    """Run the scripts of a folder; raises a DatabaseError if the database refuses one."""
    for file, text in migrations(folder):
        try:
            client.run(script(file, text, client, first))
        except DatabaseError as error:
            raise DatabaseError(f"{file.path}: {error}") from None


def run_command(command: str, server: Path) -> None:
    """Run what runs the migrations itself, which finds the server at $SERVER; raises a DatabaseError if it fails."""
    words = ["sh", "-c", command]
    done = subprocess.run(words, check=False, capture_output=True, text=True, env={**os.environ, "SERVER": str(server)})
    if done.returncode:
        raise DatabaseError(done.stderr or done.stdout)


def held(client: Client) -> dict[tuple[str, str], Held]:
    """The columns that a database has."""
    rows = client.run(POSTGRES if client.dialect == "postgres" else MARIADB)
    return {(str(row["t"]).lower(), str(row["c"]).lower()): Held(row["y"], row["n"] == "true") for row in rows}


def is_same(one: str | None, other: str | None, dialect: Dialect) -> bool:
    """Whether two spellings are the same type."""
    left, right = (_spelled(each or "", dialect) for each in (one, other))
    # In MySQL the type of an ORM's named enumeration is written out in the column.
    return left == right or relation(left, right) == "same" or (left.startswith("enum(") and right.isidentifier())


def is_of_unknown_length(one: str | None, other: str | None) -> bool:
    """Whether the second is the first without its length, which a constant of some library may give."""
    return other == "varchar" and (one or "").startswith("varchar(")


def _spelled(kind: str, dialect: Dialect) -> str:
    found = re.sub(r"\s+", " ", kind.lower().replace('"', "").replace("`", "").replace("public.", "")).strip()
    found = _SERIAL.get(found, found)
    if dialect == "mysql":
        # The width of an integer is only for display; a boolean is a tiny one, and JSON a text (MariaDB).
        found = re.sub(r"\b(tinyint|smallint|mediumint|int|integer|bigint)\(\d+\)", r"\1", found)
        found = {"bool": "tinyint", "boolean": "tinyint", "integer": "int", "numeric": "decimal", "json": "longtext"}.get(
            found, found
        )
        found = re.sub(r" (?:character set|collate) \w+", "", found)
    return found


def compared(folder: Path, client: Client, dialect: Dialect, run: Callable[[], None]) -> list[str]:
    """What differs once the migrations were run, and a line of figures at the end."""
    client.renew("")
    run()
    theirs = {name: column for name, column in held(client).items() if not is_ledger_table(name[0])}
    ours = {name: column for name, column in said(folder, dialect).items() if not is_ledger_table(name[0])}
    lines = [f"only in the database: {'.'.join(name)}" for name in sorted(theirs.keys() - ours.keys())]
    lines += [f"only replayed: {'.'.join(name)}" for name in sorted(ours.keys() - theirs.keys())]
    both = sorted(theirs.keys() & ours.keys())
    unknown = {name for name in both if is_of_unknown_length(theirs[name].type, ours[name].type)}
    lines += [
        f"{'.'.join(name)}: required is {theirs[name].required}, replayed {ours[name].required}"
        for name in both
        if theirs[name].required != ours[name].required
    ]
    lines += [
        f"{'.'.join(name)}: type is {theirs[name].type}, replayed {ours[name].type}"
        for name in both
        if not is_same(theirs[name].type, ours[name].type, dialect)
        and not is_of_unknown_length(theirs[name].type, ours[name].type)
    ]
    tables = {table for table, _ in theirs}
    more = f", {len(unknown)} texts whose length the migrations do not show" if unknown else ""
    return [*lines, f"{len(tables)} tables, {len(theirs)} columns, {len(lines)} differences{more}"]


SERVERS: Mapping[str, Dialect] = {"postgres": "postgres", "mysql": "mysql"}


def main() -> None:
    """Compare each folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+", help="folders of SQL migrations, of one tool each")
    parser.add_argument("--dialect", choices=SERVERS, required=True)
    parser.add_argument("--first", default="SELECT 1", help="SQL to run before each file, what the tool's connection sets")
    parser.add_argument(
        "--command", help="what runs the migrations of the folder itself, on the server whose folder is $SERVER"
    )
    parser.add_argument("--roles", nargs="*", default=(), help="roles that the migrations grant rights to")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start = postgres if options.dialect == "postgres" else mariadb
        with start(Path(folder)) as client:
            client.run("SELECT 1;" + "".join(f"CREATE ROLE {role};" for role in options.roles))
            for each in options.folders:
                try:
                    run = partial(run_command, options.command, Path(folder))
                    run = run if options.command else partial(run_all, each, client, options.first)
                    print(each, *compared(each, client, SERVERS[options.dialect], run), sep="\n  ", flush=True)
                except DatabaseError as error:
                    print(each, f"  the database refuses: {error}", sep="\n", flush=True)


if __name__ == "__main__":
    main()
