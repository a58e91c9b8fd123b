"""`dblint query`: a question about the facts, in SQL."""
# ruff: noqa: A002 - a parameter is called what its option is called

import csv
import io
import json
from pathlib import Path

from dblint import gate
from dblint.baseline import BaselineError
from dblint.cli.analysing import analysed
from dblint.cli.configuring import configured
from dblint.cli.errors import CannotRun
from dblint.cli.output import emit
from dblint.cli.scene import damaged
from dblint.query import Answer, QueryError, ask, checked
from dblint.report.escape import cell, mask, show


def query(sql: str, path: Path, config: Path | None, format: str) -> None:
    """Print what the facts about a folder answer.

    Raises:
        CannotRun: if the query is refused or does not end.
    """
    try:
        checked(sql)
        analysis = analysed(path, configured(path, config))
        judged = gate.judged(path, analysis).analysis
        answer = ask(sql, judged.system, judged.findings)
    except QueryError as error:
        raise CannotRun(f"the query is refused: {error}", "docs/reference/facts-tables.md lists the tables") from None
    except BaselineError as error:
        raise damaged(error) from None
    emit({"text": _text, "json": _json, "csv": _csv}[format](answer))


def _text(answer: Answer) -> str:
    rows = [answer.columns, *(tuple("" if cell is None else mask(str(cell)) for cell in row) for row in answer.rows)]
    shown = [tuple(map(show, row)) for row in rows]
    widths = [max(len(row[column]) for row in shown) for column in range(len(answer.columns))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in shown
    )


def _json(answer: Answer) -> str:
    return json.dumps([dict(zip(answer.columns, row, strict=True)) for row in answer.rows], indent=2) + "\n"


def _csv(answer: Answer) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([cell(value) if isinstance(value, str) else value for value in row] for row in answer.rows)
    return stream.getvalue()
