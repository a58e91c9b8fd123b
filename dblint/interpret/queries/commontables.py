"""Names that code gives to common table expressions (`.with("recent", query)`): no tables for the rest of the file.

Sources: https://api.rubyonrails.org/classes/ActiveRecord/QueryMethods.html#method-i-with, https://knexjs.org/guide/query-builder.html#with,
https://kysely-org.github.io/kysely-apidoc/classes/Kysely.html#with, https://doug-martin.github.io/goqu/docs/selecting.html#with.
"""

import re
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Entity, Environment, External, Query
from dblint.interpret.strings.sinks import Sinks, receiver_of
from dblint.model.syntax import Call, Member, Name, Template, Text

if TYPE_CHECKING:
    from dblint.interpret.evaluation.evaluate import Evaluator
    from dblint.interpret.tree.units import Unit

_QUERY = re.compile(r"[\s(]*(?:select|with)\b", re.IGNORECASE)
_OF_EXPRESSIONS = re.compile(r"(?:\A|_)ctes?(?:_|\Z)|(?:\A|(?<=[a-z]))(?:Cte|CTE)s?(?=[A-Z_]|\Z)|\Actes?(?=[A-Z])")
_BEGINNING = re.compile(r"\s*with\s", re.IGNORECASE)
_NAMED = r"(?:\bwith\s+(?:recursive\s+)?|,\s*)(\w+)\s*(?:\([^()]*\)\s*)?\bas\s*(?:(?:not\s+)?materialized\s*)?\("
_EXPRESSION, _OPENED = re.compile(_NAMED, re.IGNORECASE), re.compile(rf"{_NAMED}\Z", re.IGNORECASE)
_FIRST = 2  # arguments: TypeORM has the query before the name


def named_expressions(
    evaluator: "Evaluator", sinks: Sinks, call: Call, at: Environment, packages: frozenset[str]
) -> frozenset[str]:
    """Return the names of the common table expressions that a call defines."""
    known = sinks.cte.get(called(call), ())
    imported = any(at.unit.traits.bare_calls or not packages.isdisjoint(framework.packages) for framework in known)
    if not imported or not _may_be(evaluator, call, at):
        return frozenset()
    texts = [argument.value for argument in call.arguments[:_FIRST] if isinstance(argument, Text)]
    keywords = [name for name, _ in call.keywords if name.isidentifier()]
    return frozenset(name for text in (*texts, *keywords) if (name := text.partition("(")[0].strip()))


def bound_expressions(unit: "Unit") -> frozenset[str]:
    """Return the names of queries that a file puts under their own names into a `WITH` (`{"recent" => recent}`).

    That is the case where functions or variables are called after common table expressions, and the query of a variable does
    not read a table of the variable's name.
    """
    found = {
        binding.target: " ".join(part.value for part in pieces if isinstance(part, Text))
        for binding in unit.module.bindings
        if isinstance(binding.value, Text | Template)
        for pieces in [binding.value.parts if isinstance(binding.value, Template) else (binding.value,)]
        if pieces and isinstance(pieces[0], Text) and _QUERY.match(pieces[0].value)
    }
    names = (*(scope.rpartition(".")[2] for scope in unit.functions), *(each.target for each in unit.module.bindings))
    if not found or not any(_OF_EXPRESSIONS.search(name) for name in names):
        return frozenset()
    return frozenset(
        name for name, text in found.items() if not re.search(rf"\b(?:from|join)\s+{re.escape(name)}\b", text, re.IGNORECASE)
    )


def of_beginning(text: str) -> frozenset[str]:
    """Return the names that a text gives to common table expressions if it ends with them: other texts go on with it."""
    if not _BEGINNING.match(text) or not text.rstrip().endswith(")") or not _ends_with_expression(text):
        return frozenset()
    return frozenset(_EXPRESSION.findall(text))


def _ends_with_expression(text: str) -> bool:
    """Return whether the last bracket of a text closes the query of a common table expression."""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        depth += (text[index] == ")") - (text[index] == "(")
        if text[index] == "(" and depth == 0:
            return bool(_OPENED.search(text, 0, index + 1))
    return False


def _may_be(evaluator: "Evaluator", call: Call, at: Environment) -> bool:
    """Return whether a call may be made on a query: not on a class that is no model (`Mailer.with(user: user)`)."""
    holder = call.function.value if isinstance(call.function, Member) else None
    if holder is None or not isinstance(holder, Name) or not holder.name.rpartition(".")[2][:1].isupper():
        return True
    return isinstance(receiver_of(evaluator, call, at), Entity | Query | External)
