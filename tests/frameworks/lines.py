"""Facts as lines, in the notation of framework examples."""

import re
from collections.abc import Iterable

from dblint import languages
from dblint.frameworks import Framework, vocabulary
from dblint.interpret import Interpretation, interpret
from dblint.languages.traits import TRAITS
from dblint.model.facts import RawAccess
from dblint.model.schema import TableName

VERBS = {"read": "READ", "lock": "LOCK"}


def run(framework: Framework, all_frameworks: tuple[Framework, ...], files: dict[str, str]) -> Interpretation:
    words = vocabulary(all_frameworks, framework.language)
    modules = [
        languages.read(path, language, text, words)
        for path, text in files.items()
        for language, traits in TRAITS.items()
        if traits.family == framework.language
        and path.endswith(traits.endings or ("Mapper.xml" if language == "mybatis" else "?"))
    ]
    return interpret(modules, all_frameworks, files.get)


def lines(interpretation: Interpretation) -> set[str]:
    found = set()
    for item in interpretation.declarations:
        note = "" if item.managed else " unmanaged"
        found.add(f"DECLARE {item.table}({', '.join(column.name for column in item.columns)}){note}")
        for key, _ in item.foreign_keys:
            target = f"{key.target}.{key.target_columns[0]}" if key.target_columns else str(key.target)
            found.add(f"FK {item.table}.{key.columns[0]}->{target}")
    for statement in interpretation.statements:
        found.update(access_line(access) for access in statement.accesses)
        for tables, kind, _ in statement.joins:
            note = "" if kind in {"inner", "outer", "cross", "insert-select"} else f" kind={kind}"
            found.add(f"JOIN {{{', '.join(sorted(name(table) for table in tables))}}}{note}")
        found.update(f"EVENT {event.kind} {event.table}" for event in statement.events)
    found.update(f"UNRESOLVED {item.reason}" for item in interpretation.unresolved)
    return found


def name(table: TableName) -> str:
    return str(table)


def access_line(access: RawAccess) -> str:
    verb = VERBS.get(access.mode) or f"{'WRITE' if access.mode == 'write' else 'DDL'}.{access.action}"
    return f"{verb} {access.table}[{'?' if access.columns is None else ', '.join(sorted(access.columns))}]"


def matches(expected: str, got: Iterable[str]) -> bool:
    """An expected line without columns matches any columns; columns are compared without order."""
    return any(normal(expected) == normal(line if "[" in expected else re.sub(r"\[.*\]$", "", line)) for line in got)


def normal(line: str) -> str:
    line = line.replace("WRITE.insert-select", "WRITE.insert")

    def ordered(match: re.Match[str]) -> str:
        return match[1] + ", ".join(sorted(part.strip() for part in match[2].split(","))) + match[3]

    line = re.sub(r"(\[)(.*)(\])$", ordered, line)
    return re.sub(r"(\{)(.*)(\})", ordered, line)


def difference(expected: Iterable[str], got: set[str]) -> tuple[list[str], list[str]]:
    """Return (missing, unexpected)."""
    missing = [line for line in expected if not matches(line, got)]
    bare = {normal(line) for line in expected}
    unexpected = [line for line in sorted(got) if normal(line) not in bare and normal(re.sub(r"\[.*\]$", "", line)) not in bare]
    return missing, unexpected
