"""What a schema change does to whoever uses the table: the compatibility matrix and how to look a cell up.

`matrix.yaml` is the matrix, with its sources; `docs/reference/compatibility.md` shows it.
"""

from dblint.compatibility.consumers import is_about_the_table, kinds_of
from dblint.compatibility.kinds import is_required, kind_of
from dblint.compatibility.matrix import CONSUMERS, DIALECTS, Cell, ChangeRow, Consumer, Matrix, cell, matrix, row
from dblint.compatibility.types import relation

__all__ = [
    "CONSUMERS",
    "DIALECTS",
    "Cell",
    "ChangeRow",
    "Consumer",
    "Matrix",
    "cell",
    "is_about_the_table",
    "is_required",
    "kind_of",
    "kinds_of",
    "matrix",
    "relation",
    "row",
]
