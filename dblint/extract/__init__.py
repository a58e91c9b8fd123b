"""The bytes of one file become the facts of that file alone: pure, so that it can be cached and spread over processes."""

from collections.abc import Callable

from dblint import languages, migrations, sql
from dblint.extract.uses import with_uses
from dblint.languages import Vocabulary
from dblint.model.facts import Change, FileFacts, Problem
from dblint.model.sql import Dialect
from dblint.model.syntax import Comment

__all__ = ["extract"]

CommentReader = Callable[[str], tuple[Comment, ...]]
"""Reads the comments of an SQL text that speak to dblint, without their signs."""

UNDECODED = frozenset({"undecodable", "binary"})


def extract(path: str, language: str, data: bytes, vocabulary: Vocabulary, comments_of_sql: CommentReader) -> FileFacts:
    """Return what one file says; a file that cannot be read gives a problem and nothing else."""
    text, reason = languages.decode(data, language)
    if reason in UNDECODED:
        return FileFacts(path, language, problems=(Problem(path, reason),))
    if language == "sql":
        return _script(path, text, comments_of_sql)
    return _module(path, language, text, vocabulary)


def _module(path: str, language: str, text: str, vocabulary: Vocabulary) -> FileFacts:
    module = with_uses(languages.read(path, language, text, vocabulary), text)
    problems = []
    if module.problem:
        problems.append(Problem(path, module.problem))
    elif module.broken:
        first, last = module.broken[0][0], module.broken[-1][1]
        problems.append(Problem(path, "syntax-error", first, f"lines {first}-{last}"))
    changes: tuple[Change, ...] = ()
    migration = migrations.recognise(path, text)
    if migration is not None:
        changes = migrations.from_source(migration, text, sql.dialect_of(text) or "generic")
    return FileFacts(
        path,
        language,
        module,
        changes=changes,
        migration=migration.tool if migration else "",
        comments=module.comments,
        problems=tuple(problems),
    )


def _script(path: str, text: str, comments_of: CommentReader) -> FileFacts:
    migration = migrations.recognise(path, text)
    counted = migrations.effective(migration, text) if migration else text
    dialect: Dialect = sql.dialect_of(text) or "generic"
    statements = sql.read_script(counted, dialect)
    facts = FileFacts(path, "sql", script=statements, lines=_line_starts(text), migration=migration.tool if migration else "")
    changes = migrations.from_script(migration, statements, lambda offset: facts.place(offset).line) if migration else ()
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
    )


def _line_starts(text: str) -> tuple[int, ...]:
    starts = [0]
    position = 0
    while position < len(text):
        character = text[position]
        position += 1
        if character == "\n" or (character == "\r" and text[position : position + 1] != "\n"):
            starts.append(position)
    return tuple(starts)
