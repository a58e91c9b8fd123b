"""EF Core's contexts: which classes are entities, in which context, and what the fluent configuration says of them.

Source: https://learn.microsoft.com/ef/core/modeling/entity-types and the pages beside it.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.evaluation.values import Environment
from dblint.interpret.specific.fluent import Fluent, Mapping, Place
from dblint.interpret.specific.registered import registered
from dblint.interpret.specific.renaming import renaming
from dblint.interpret.tree.modules import nearest
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Binding, Call, Class, Expression, Item, Items

if TYPE_CHECKING:
    from dblint.interpret.strings.written import Written

SETS = frozenset({"DbSet", "IDbSet"})
KEYS = frozenset({"Key"})
OWNED = frozenset({"Owned", "ComplexType"})
KEYLESS = frozenset({"Keyless"})
IDENTITY = ("IdentityDbContext", "IdentityUserContext", "ApiAuthorizationDbContext", "KeyApiAuthorizationDbContext")
"""Contexts that bring ASP.NET Identity's tables."""
IDENTITY_TABLES = (
    "AspNetUsers", "AspNetRoles", "", "AspNetUserClaims", "AspNetUserRoles", "AspNetUserLogins", "AspNetRoleClaims",
    "AspNetUserTokens",
)  # fmt: skip
"""The tables of `IdentityDbContext<TUser, TRole, TKey, TUserClaim, TUserRole, TUserLogin, TRoleClaim, TUserToken>`."""


class Context(msgspec.Struct, eq=False):
    """A class that derives from DbContext; `sets` are the entity classes with the names of their DbSet properties.

    `connection` is the setting that its connection string stands in, where it is registered with one.
    """

    unit: Unit
    definition: Class
    schema: str = ""
    connection: str = ""
    renaming: str = ""
    renames_all: bool = False
    sets: dict[Place, list[str]] = {}
    identity: dict[Place, str] = {}
    is_identity: bool = False
    identity_wins: bool = False


class Mapped(msgspec.Struct, eq=False):
    """An entity class, its context, and its configuration."""

    place: Place
    context: Context
    configured: Mapping


class Contexts:
    """Finds the contexts and entities of a program once; `texts` evaluates strings."""

    def __init__(self, program: Program, texts: "Callable[[Expression, Environment], list[Written]]") -> None:
        self._program = program
        self._fluent = Fluent(program, texts)

    def of(self, unit: Unit, definition: Class) -> Mapped | None:
        """Return how a class is mapped, None for a class that no context holds."""
        return self.entities.get((unit.path, definition.qualified))

    @cached_property
    def contexts(self) -> list[Context]:
        """Every context, by path."""
        found = []
        for unit in self._program.units.values():
            if unit.traits.namespaces:
                made = (self._context(unit, item) for item in unit.module.classes)
                found += [context for context in made if context is not None]
        return found

    @cached_property
    def _connections(self) -> dict[str, str]:
        return registered(self._program)

    @cached_property
    def entities(self) -> dict[Place, Mapped]:
        """Every entity by its place, those that others lead to by a navigation included."""
        if not self.contexts:
            return {}
        found: dict[Place, Mapped] = {}
        for context in self.contexts:
            for place in (*context.sets, *context.identity):
                found.setdefault(place, Mapped(place, context, self._configured(place)))
        for place, mapping in self._fluent.mappings.items():
            holder = self._context_of(mapping, place)
            if holder is not None and place not in found and not mapping.owned and not mapping.ignored_type:
                found[place] = Mapped(place, holder, mapping)
        pending = list(found.values())
        while pending:
            entity = pending.pop()
            for binding, target, _ in self.navigations(entity):
                if target not in found and self._is_entity(target) and binding.target not in entity.configured.owned_by:
                    found[target] = Mapped(target, entity.context, self._configured(target))
                    pending.append(found[target])
        return {place: entity for place, entity in found.items() if not entity.configured.ignored_type}

    def properties(self, place: Place) -> Iterator[tuple[Unit, Class, Binding]]:
        """Yield the properties of a class and of the classes it derives from, those of the outermost ancestor first."""
        for unit, definition in reversed(list(self.ancestry(place))):
            for binding in unit.members.get(definition.qualified, ()):
                if binding.target[:1].isupper() and "static" not in _words(binding):
                    yield unit, definition, binding

    def ancestry(self, place: Place) -> Iterator[tuple[Unit, Class]]:
        """Yield the class and the classes of the tree above it, by names alone."""
        unit = self._program.units[place[0]]
        pending = [(unit, unit.classes[place[1]])]
        seen: set[Place] = set()
        while pending:
            unit, definition = pending.pop(0)
            if (unit.path, definition.qualified) in seen:
                continue
            seen.add((unit.path, definition.qualified))
            yield unit, definition
            for base in definition.bases:
                written = base.value if isinstance(base, Item) else base
                above = self._program.class_of(unit, definition.scope, written)
                if above is not None:
                    pending.append(above)

    def navigations(self, entity: Mapped) -> Iterator[tuple[Binding, Place, bool]]:
        """Yield (property, class it leads to, whether it holds many) of an entity."""
        for unit, definition, binding in self.properties(entity.place):
            if (
                binding.annotation is None
                or "NotMapped" in _words(binding)
                or binding.target in entity.configured.no_navigation
            ):
                continue
            many = isinstance(binding.annotation, Item)
            written = binding.annotation.key if isinstance(binding.annotation, Item) else binding.annotation
            if isinstance(written, Items):
                continue
            target = self._program.class_of(unit, definition.qualified, written)
            if target is not None and not _is_interface(target[1]):
                yield binding, (target[0].path, target[1].qualified), many

    def key_of(self, place: Place) -> tuple[str, ...]:
        """Return the properties that are the primary key of a class: configured, marked, or named so."""
        configured = self._configured(place).key
        if configured:
            return configured
        names = [binding for _, _, binding in self.properties(place)]
        marked = tuple(binding.target for binding in names if KEYS & _words(binding))
        simple = place[1].rpartition(".")[2]
        usual = (binding.target for binding in names if binding.target.lower() in {"id", f"{simple.lower()}id"})
        first = next(usual, "")
        return marked or ((first,) if first else ())

    def _is_entity(self, place: Place) -> bool:
        """Return whether a class that a navigation leads to can be an entity: one without a key is a value."""
        definition = self._program.units[place[0]].classes[place[1]]
        words = {_last(item) for item in definition.decorators}
        mapping = self._configured(place)
        return not (OWNED & words) and not mapping.owned and not mapping.ignored_type and bool(self.key_of(place))

    def _configured(self, place: Place) -> Mapping:
        return self._fluent.mappings.get(place) or Mapping(place)

    def _context_of(self, mapping: Mapping, place: Place) -> Context | None:
        """Return the context that an entity without a set belongs to: the one that configures it, else the nearest."""
        by_place = {(context.unit.path, context.definition.qualified): context for context in self.contexts}
        for holder in mapping.holders:
            if holder in by_place:
                return by_place[holder]
        paths = {context.unit.path: context for context in self.contexts}
        near = nearest(mapping.paths[0] if mapping.paths else place[0], paths)
        return paths[near] if near else None

    def _context(self, unit: Unit, definition: Class) -> Context | None:
        base = self._base(unit, definition)
        if base is None:
            return None
        context = Context(unit, definition)
        place = (unit.path, definition.qualified)
        context.schema = self._fluent.schemas.get(place, "")
        context.connection = self._connections.get(definition.name, "")
        context.renaming, context.renames_all = renaming(self._program, unit, definition)
        if _last(base) in IDENTITY:
            context.is_identity = True
            context.identity = dict(self._identity(unit, definition, base))
            context.identity_wins = _base_is_last(unit, definition)
        for above, ancestor in self.ancestry(place):
            if not context.schema:
                context.schema = self._fluent.schemas.get((above.path, ancestor.qualified), "")
            for binding in above.members.get(ancestor.qualified, ()):
                held = binding.annotation
                if isinstance(held, Item) and _last(held.value) in SETS:
                    target = self._program.class_of(above, ancestor.qualified, held.key)
                    if target is not None:
                        names = context.sets.setdefault((target[0].path, target[1].qualified), [])
                        names += [binding.target] if binding.target not in names else []  # an interface has it as well
        return context

    def _base(self, unit: Unit, definition: Class) -> Expression | None:
        """Return the library's class that makes a class a context."""
        if _is_interface(definition):
            return None
        for above, ancestor in self.ancestry((unit.path, definition.qualified)):
            for base in ancestor.bases:
                written = base.value if isinstance(base, Item) else base
                known = _last(written).endswith("DbContext") and not _last(written).startswith("IDb")
                if (known or _last(written) in IDENTITY) and self._program.class_of(above, ancestor.scope, written) is None:
                    return base
        return None

    def _identity(self, unit: Unit, definition: Class, base: Expression) -> Iterator[tuple[Place, str]]:
        """Yield the tree's classes among the type arguments of an identity context, with their tables."""
        written = base.key if isinstance(base, Item) else None
        kinds = written.values if isinstance(written, Items) else (written,) if written is not None else ()
        for kind, table in zip(kinds, IDENTITY_TABLES if len(kinds) > 1 else IDENTITY_TABLES[:1], strict=False):
            target = self._program.class_of(unit, definition.scope, kind) if table else None
            if target is not None:
                yield (target[0].path, target[1].qualified), table


def _base_is_last(unit: Unit, definition: Class) -> bool:
    """Return whether the library's own configuration comes after the project's, and so wins."""
    calls = [call for item in unit.outermost if item.scope == f"{definition.qualified}.OnModelCreating" for call in item.calls]
    own = [call.line for call in calls if called(call).startswith("ApplyConfiguration") or called(call) == "Entity"]
    base = [call.line for call in calls if called(call) == "OnModelCreating"]
    return bool(own and base) and max(base) > max(own)


def _last(expression: Expression) -> str:
    expression = expression.value if isinstance(expression, Item) else expression
    return called(expression) if isinstance(expression, Call) else getattr(expression, "name", "")


def _words(binding: Binding) -> set[str]:
    return {_last(item) for item in binding.decorators}


def _is_interface(definition: Class) -> bool:
    return any(name == "interface" for name, _ in definition.keywords)
