"""The bytes of one file become the facts of that file alone: pure, so that it can be cached and spread over processes."""

import re
from collections.abc import Iterator

import msgspec

from dblint import languages, migrations, queryfiles, sql
from dblint.extract.masking import masked
from dblint.extract.reading import CommentReader
from dblint.extract.uses import with_uses
from dblint.languages import Vocabulary
from dblint.languages.rust.testing import without_tests
from dblint.model.facts import Change, FileFacts, Problem
from dblint.model.sql import Dialect
from dblint.model.syntax import Comment, Module, Text
from dblint.model.tree import CARRIER, LOOKUPS
from dblint.queryfiles.carried import lookups_of, sql_of

__all__ = ["extract"]

# Most migrations in code hold no SQL whose dialect could matter.
_SQL_INSIDE = re.compile(r"sql|execute", re.IGNORECASE)
_LINE_END = re.compile(r"\r\n?|\n")
UNDECODED = frozenset({"undecodable", "binary"})


def extract(path: str, language: str, data: bytes, vocabulary: Vocabulary, comments_of_sql: CommentReader) -> FileFacts:
    """Return what one file says; a file that cannot be read gives a problem and nothing else."""
    text, reason = languages.decode(data, language)
    # A program in Latin-1 is one all the same, save for Python's interpreter: what is of interest is written in ASCII.
    if reason in UNDECODED and (not text or language == "python"):
        return FileFacts(path, language, problems=(Problem(path, reason),))
    text = masked(text)
    if language == "sql":
        return _script(path, text, comments_of_sql)
    if language == CARRIER:
        return _script(path, sql_of(text), comments_of_sql, suffix=".sql")
    if language == LOOKUPS:
        return _script(path, lookups_of(text), comments_of_sql)
    if language == "liquibase":
        return _changelog(path, text)
    return _module(path, language, text, vocabulary, comments_of_sql)


def _module(path: str, language: str, text: str, vocabulary: Vocabulary, comments_of: CommentReader) -> FileFacts:
    if language == "rust":
        text = without_tests(text)
    migration = migrations.recognise(path, text)
    changes: tuple[Change, ...] = ()
    if migration is None:
        module = with_uses(languages.read(path, language, text, vocabulary), text)
    else:
        module = languages.read(path, language, text, migrations.vocabulary(text, language))
        dialect = sql.dialect_of(text, path) if _SQL_INSIDE.search(text) or languages.may_hold_sql(text) else None
        changes = migrations.from_module(migration, module, dialect or "generic")
        if migrations.keeps_module(migration.tool, language):
            migration, module = None, with_uses(languages.read(path, language, text, vocabulary), text)
    problems = []
    if module.problem:
        problems.append(Problem(path, module.problem))
    elif module.broken:
        first, last = module.broken[0][0], module.broken[-1][1]
        problems.append(Problem(path, "syntax-error", first, f"lines {first}-{last}"))
    return FileFacts(
        path,
        language,
        module if migration is None else None,
        changes=changes,
        migration=migration.tool if migration else "",
        comments=(*module.comments, *_in_strings(module, comments_of)) if "dblint:" in text else (),
        problems=tuple(problems),
    )


def _in_strings(module: Module, comments_of: CommentReader) -> Iterator[Comment]:
    """Yield the comments to dblint inside the string literals of a module, at their lines in the file."""
    pending: list[object] = [module]
    while pending:
        node = pending.pop()
        if isinstance(node, Text):
            if "dblint:" in node.value:
                for comment in comments_of(node.value):
                    yield msgspec.structs.replace(comment, line=node.line + comment.line - 1)
        elif isinstance(node, tuple):
            pending.extend(node)
        elif isinstance(node, msgspec.Struct):
            pending.extend(getattr(node, name) for name in node.__struct_fields__)


def _script(path: str, text: str, comments_of: CommentReader, suffix: str = "") -> FileFacts:
    """Return what a script says; `suffix` makes the path that of an SQL file where it is none."""
    migration = None if queryfiles.is_query_file(text) else migrations.recognise(path + suffix, text)
    if migration is not None and suffix:
        migration = msgspec.structs.replace(migration, path=path)
    counted = migrations.effective(migration, text) if migration else text
    dialect: Dialect = sql.dialect_of_script(text, path) or "generic"
    statements, events = queryfiles.read(counted, dialect, queryfiles.variables(text))
    facts = FileFacts(path, "sql", script=statements, lines=_line_starts(text), migration=migration.tool if migration else "")
    changes = migrations.from_script(migration, statements, lambda offset: facts.place(offset).line) if migration else ()
    changes += tuple(Change(event, facts.place(event.offset), "runtime", path, ()) for event in events)
    problems = tuple(
        Problem(path, statement.reason or "syntax-error", facts.place(statement.offset).line)
        for statement in statements
        if statement.status == "error"
    )
    return FileFacts(
        path,
        "sql",
        script=statements,
        lines=facts.lines,
        changes=changes,
        migration=facts.migration,
        comments=comments_of(text),
        problems=problems,
        transactions=sql.transactions(counted, dialect),
    )


def _changelog(path: str, text: str) -> FileFacts:
    read = migrations.from_changelog(path, text, sql.dialect_of(text, path) or "generic")
    problems = (Problem(path, read.reason, read.line),) if read.reason else ()
    return FileFacts(path, "liquibase", changes=read.changes, migration="liquibase", problems=problems)


def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(found.end() for found in _LINE_END.finditer(text)))
