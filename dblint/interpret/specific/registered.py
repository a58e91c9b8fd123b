"""The connection string that a context of EF Core is registered with, by its name in the settings.

Sources: https://learn.microsoft.com/ef/core/dbcontext-configuration/, `ConfigurationExtensions.GetConnectionString`, and
https://learn.microsoft.com/dotnet/aspire/database/ (`AddNpgsqlDbContext<ShopContext>("shop")`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.tree.inside import nodes
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Call, Expression, Item, Member, Name, Text

_REGISTERS = re.compile(r"\AAdd(?:Pooled)?DbContext(?:Pool|Factory)?\Z")
_ASPIRE = re.compile(r"\AAdd(?:Azure)?(?:Npgsql|SqlServer|MySql|Oracle)(?:Database)?DbContext\Z")
_OPENS = frozenset({"UseNpgsql", "UseSqlServer", "UseMySql", "UseMySQL", "UseSqlite", "UseOracle"})
_SECTION = re.compile(r"\AConnectionStrings:(\w+)\Z", re.IGNORECASE)


class _Registration(NamedTuple):
    line: int
    contexts: tuple[str, ...]
    named: str


def registered(program: Program) -> dict[str, str]:
    """The setting with the connection string of each context, by the context's name; none that is registered with several."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for unit in program.units.values():
        if unit.traits.namespaces:
            for context, name in _of_file(unit):
                found[context].add(f"ConnectionStrings.{name}")
    return {context: names.pop() for context, names in found.items() if len(names) == 1}


def _of_file(unit: Unit) -> Iterator[tuple[str, str]]:
    """The contexts of a file with the names of their connection strings: what is read up to the next registration counts."""
    calls = [(call, item.scope) for item in unit.outermost for call in item.calls]
    registrations = sorted((_registration(call) for call, _ in calls if _is_registration(call)), key=lambda each: each.line)
    read = sorted((call.line, name) for call, _ in calls if called(call) in _OPENS for name in _read(call, unit))
    for each, following in zip(registrations, [*registrations[1:], None], strict=False):
        end = following.line if following else 1 << 30
        names = {name for line, name in read if each.line <= line < end}
        if each.named or len(names) == 1:
            yield from ((context, each.named or min(names)) for context in each.contexts)
    for call, scope in calls:
        if called(call) in _OPENS and ".OnConfiguring" in f".{scope}":
            yield from ((scope.rpartition(".")[0].rpartition(".")[2], name) for name in _read(call, unit))


def _is_registration(call: Call) -> bool:
    return bool(_REGISTERS.match(called(call)) or _ASPIRE.match(called(call)))


def _registration(call: Call) -> _Registration:
    kinds = [kind for name, kind in call.keywords if name == "<>"]
    contexts = tuple(
        part.name for kind in kinds for part in getattr(kind, "values", (kind,)) if isinstance(part, Name | Member)
    )
    first = call.arguments[0] if call.arguments else None
    return _Registration(call.line, contexts, first.value if _ASPIRE.match(called(call)) and isinstance(first, Text) else "")


def _read(call: Call, unit: Unit) -> set[str]:
    """The names of the connection strings that the first argument of a call is, or that the variable it names holds."""
    written = next((value for name, value in call.keywords if name == "connectionString"), None)
    written = written or (call.arguments[0] if call.arguments else None)
    if written is None:
        return set()
    if isinstance(written, Name):
        held = [
            binding.value for binding in unit.module.bindings if binding.target == written.name and binding.value is not None
        ]
        return {name for value in held for name in _named(value)}
    return set(_named(written))


def _named(expression: Expression) -> Iterator[str]:
    """The names in `configuration.GetConnectionString("Shop")` and `configuration["ConnectionStrings:Shop"]`."""
    for node in nodes(expression):
        if isinstance(node, Call) and called(node) == "GetConnectionString" and node.arguments:
            if isinstance(node.arguments[0], Text):
                yield node.arguments[0].value
        elif isinstance(node, Item) and isinstance(node.key, Text) and (section := _SECTION.match(node.key.value)):
            yield section[1]
