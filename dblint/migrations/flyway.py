"""Flyway: `V<version>__<description>.sql` and its relatives; source of the rules: Flyway's documentation of migrations."""

import re

from dblint.migrations.file import Direction, MigrationFile, natural, split
from dblint.migrations.tool import Tool

_VERSIONED = re.compile(r"(?P<prefix>[VUB])(?P<version>[0-9]+(?:[._][0-9]+)*)__.*\.(?:sql|java|kt)", re.ASCII)
_REPEATABLE = re.compile(r"R__(?P<description>.+)\.sql")
_CALLBACK = re.compile(
    r"(?P<when>before|after)(?:Each)?(?:Migrate|Clean|Baseline|Repair|Validate|Versioned|Connect)\w*(?:__.*)?\.sql"
)
# Flyway's own undo migrations begin with `U`; who runs Flyway's files by hand calls them after what they take back.
_TAKEN_BACK = re.compile(r".*[_.](?:rollback|undo|revert|down)\.sql", re.IGNORECASE)
_MAKES = re.compile(r"\bcreate\s+(?:\w+\s+)?table\b", re.IGNORECASE)
_LOCATION = re.compile(r"(?:^|.*/)db/migrations?(?=/|$)")
_VENDORS = frozenset(
    ["postgresql", "postgres", "mysql", "mariadb", "h2", "hsqldb", "oracle", "sqlserver", "mssql", "sqlite", "db2", "common"]
)
_PROFILES = frozenset(["dev", "test", "testdata", "local", "prod", "demo", "seed"])


def version(text: str) -> tuple[int, ...]:
    """The numbers of a version, without trailing zeros: `2` sorts before `10`, and `1.0` equals `1`."""
    numbers = [int(part) for part in re.split(r"[._]", text)]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _history(folder: str) -> tuple[str, str]:
    """The location whose files form one history (Flyway searches it recursively), and the vendor or profile it is for."""
    location = _LOCATION.match(folder)
    below = folder[location.end() + 1 :].split("/") if location else [folder.rpartition("/")[2]]
    environment = next((part for part in below if part.lower() in _VENDORS | _PROFILES), "")
    if location is None:
        return folder, environment
    vendor = environment if environment.lower() in _VENDORS - {"common"} else ""
    return f"{location.group()}/{vendor}".rstrip("/"), environment


def _recognise(path: str, text: str) -> MigrationFile | None:
    folder, name = split(path)
    history, environment = _history(folder)

    def file(order: tuple[int | str, ...], direction: Direction) -> MigrationFile:
        return MigrationFile(path, "flyway", history, order, direction, environment)

    if match := _VERSIONED.fullmatch(name):
        parts = version(match["version"])
        if match["prefix"] == "V":
            back = _TAKEN_BACK.fullmatch(name) and not _MAKES.search(text)
            return file((0, *parts), "down" if back else "up")
        # A baseline stands for everything up to its version, so it comes after that version and before the next.
        return file((0, *parts, -1), "baseline" if match["prefix"] == "B" else "down")
    if match := _REPEATABLE.fullmatch(name):
        return file((1, *natural(match["description"])), "repeatable")
    if match := _CALLBACK.fullmatch(name):
        return file((-1 if match["when"] == "before" else 2, name), "callback")
    return None


TOOL = Tool("flyway", _recognise)
