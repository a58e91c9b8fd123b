"""Classes that a build generates from tables or entities, and that the tree does not hold: jOOQ's tables, Querydsl's paths.

Sources: https://www.jooq.org/doc/latest/manual/code-generation/codegen-tables/ (constants of a class `Tables`) and
http://querydsl.com/static/querydsl/latest/reference/html/ch02.html (a class with the prefix `Q` beside each entity).
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.values import Entity
from dblint.interpret.queries.tables import named

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

_CONSTANT = re.compile(r"[A-Z][A-Z0-9_$]*")
_PATHS = re.compile(r"Q([A-Z]\w*)")


def table(evaluator: "Evaluator", holder: str, name: str, unit: "Unit", line: int) -> Entity | None:
    """Return the table that a member of a generated class stands for, None for a member of any other class.

    `holder` is the path of the class.
    """
    if unit.traits.family != "jvm":
        return None
    last, of_tables, of_paths = _kind(holder)
    if of_tables and _CONSTANT.fullmatch(name):
        framework = next((item for item in evaluator.frameworks if item.name == "jooq"), None)
        if framework is not None:
            model = named(evaluator, framework, name.lower())
            model.confidence = "convention"
            return Entity(model, line)
    return entity(evaluator, last, unit, line) if of_paths else None


@lru_cache(maxsize=65_536)
def _kind(holder: str) -> tuple[str, bool, bool]:
    """Return the last name of a class's path, and whether that is a class of tables or one of paths."""
    last = holder.rpartition(".")[2]
    return last, last == "Tables" or ".tables." in f"{holder}.", is_paths(last)


def is_paths(name: str) -> bool:
    """Return whether a name is that of a class of paths."""
    return _PATHS.fullmatch(name) is not None


def entity(evaluator: "Evaluator", name: str, unit: "Unit", line: int) -> Entity | None:
    """Return the entity that a generated class of paths stands for (`QOrder`)."""
    found = _PATHS.fullmatch(name) if unit.traits.family == "jvm" else None
    if found is None:
        return None
    framework = next((item for item in evaluator.frameworks if item.name == "jpa"), None)
    model = evaluator.models.named(found.group(1), unit, framework) if framework is not None else None
    return Entity(model, line) if model is not None and model.table is not None else None
