"""Which methods of other classes a method uses, in languages that name fields bare and have a class per file.

A field that holds a class is no use of all of it: the methods that are called on the field are. So two services that share a
library are charged for what each of them calls.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from dblint.interpret.evaluation.arguments import called, without_arguments
from dblint.interpret.evaluation.generics import parameters
from dblint.interpret.tree.inside import nodes
from dblint.model.facts import OPEN
from dblint.model.syntax import Call, Class, Expression, Item, Items, Member, Name

if TYPE_CHECKING:
    from dblint.interpret.tree.program import Program
    from dblint.interpret.tree.units import Unit

Reached = tuple[str, str]
"""A file and a scope in it."""
_INERT = frozenset(
    {"Override", "Transactional", "SuppressWarnings", "Deprecated", "Nullable", "NonNull", "Nonnull", "SafeVarargs"}
    | {"Cacheable", "CacheEvict", "CachePut", "Async", "SneakyThrows", "JvmStatic", "Throws", "VisibleForTesting"}
    | {"Query", "Modifying", "NativeQuery", "Procedure", "Lock", "EntityGraph", "QueryHints", "RestResource"}
    | {"Select", "Insert", "Update", "Delete", "SelectProvider", "Options", "Results", "ResultMap", "SqlUpdate", "SqlQuery"}
    | {
        "PreAuthorize",
        "PostAuthorize",
        "Secured",
        "RolesAllowed",
        "Retryable",
        "CircuitBreaker",
        "Timed",
        "Counted",
        "Observed",
    }
    | {"GlobalTransactional", "DS", "DSTransactional"}
)
"""Annotations that do not make a framework call a method: `@Scheduled` and `@KafkaListener` do, `@Bean` does.

They say what a method does, or what is done around each call.
"""
_IMPORTING = frozenset(
    {
        "Import",
        "ImportAutoConfiguration",
        "ComponentScan",
        "SpringBootApplication",
        "EntityScan",
        "EnableConfigurationProperties",
    }
    | {"EnableJpaRepositories", "EnableJdbcRepositories", "EnableR2dbcRepositories", "EnableMongoRepositories"}
)
"""Annotations of Spring that make beans of the classes which they name."""
IMPLEMENTATIONS = 16
"""How many classes behind one interface are looked at."""


class Reaching:
    """Finds what names of a file stand for in other files."""

    def __init__(self, program: "Program") -> None:
        self._program = program
        self._fields_of: dict[str, dict[str, tuple[Unit, Class]]] = {}
        self._beans: dict[str, frozenset[str]] = {}

    def of(self, unit: "Unit", scope: str, written: str) -> Iterator[Reached]:
        """Yield (file, scope) of what a name with its attribute means, as it is mentioned in a scope."""
        parts = written.removeprefix("self.").split(".")
        name, attribute = parts[0], parts[1] if len(parts) > 1 else ""
        fields = self._fields(unit)
        if name in fields:
            if attribute:
                yield from self._with_implementations(*fields[name], attribute)
            return
        found = self._class(unit, name)
        if found is None:
            own = f"{unit.class_of(scope)}.{name}"
            if own in unit.functions:
                yield unit.path, own  # another method of the class around
            return
        holder, definition = found
        # `getLogger(Orders.class)` runs nothing of `Orders`
        if holder is unit and attribute in ("", "class") and f"{scope}.".startswith((".", f"{definition.qualified}.")):
            if scope == "":  # where it stands, and not by a constructor
                yield from ((unit.path, method) for method in self._run_by_frameworks(unit, definition))
            return
        declares = scope == "" or scope.endswith(".__init__")
        if declares and any(known[1] is definition for known in fields.values()):
            yield from self._held(holder, definition)
        elif scope == "" and name in (self._bases(unit) | self._imported(unit)):
            yield from self._unasked(unit, name, holder, definition)
        elif attribute and f"{definition.qualified}.{attribute}" in holder.functions:
            yield from self._with_implementations(holder, definition, attribute)
        else:
            yield from self._mentioned(holder, definition)

    def selected(self, written: str) -> Iterator[Reached]:
        """Yield a word of Scala (`.save`) that may call a method of a class, whichever: it stands in no file."""
        if written[1:] in self._methods_of_scala:
            yield "", written

    def _unasked(self, unit: "Unit", name: str, holder: "Unit", definition: Class) -> Iterator[Reached]:
        """What runs of a class that a file's classes extend, or that is made a bean, without anybody calling it."""
        if name in self._bases(unit):
            yield holder.path, definition.qualified  # of a class that others extend, too, which are not run with this one
        else:
            yield holder.path, ""
            yield from ((holder.path, method) for method in self._run_by_frameworks(holder, definition))

    def _held(self, unit: "Unit", definition: Class) -> Iterator[Reached]:
        """What runs of a class because a field holds it: its file; in Scala, what others select of the field's methods, too."""
        yield unit.path, ""
        if unit.module.language == "scala":
            yield from self._mentioned(unit, definition)

    def _mentioned(self, unit: "Unit", definition: Class) -> Iterator[Reached]:
        """What runs of a class that is mentioned: all of it; in Scala its body, `apply`, and methods that something names."""
        for path, qualified in self._with_implementations(unit, definition, ""):
            if unit.module.language == "scala":
                yield from ((path, f"{qualified}{part}") for part in (OPEN, ".__init__", ".apply"))
            else:
                yield path, qualified

    def _run_by_frameworks(self, unit: "Unit", definition: Class) -> Iterator[str]:
        """The methods that something outside of the tree calls: those of a type that it defines, and annotated ones."""
        outside = any(self._typed(unit, base) is None for base in definition.bases)
        for function in unit.module.functions:
            if function.scope == definition.qualified and not function.abstract and function.name != "__init__":
                written = {without_arguments(each.function if isinstance(each, Call) else each) for each in function.decorators}
                names = {each.name for each in written if isinstance(each, Name | Member)}
                # Aspects make use of the tree's own.
                asked = any(self._class(unit, name) is None for name in names - _INERT)
                if asked or (outside and ("Override" in names or unit.module.language != "java")):
                    yield function.qualified

    def _with_implementations(self, unit: "Unit", definition: Class, method: str) -> Iterator[Reached]:
        ending = f".{method}" if method else ""
        yield unit.path, definition.qualified + ending
        for other, derived in self._program.deriving(definition.name)[:IMPLEMENTATIONS]:
            if self._derives(other, derived, definition):
                yield other.path, derived.qualified + ending
        for other in self._mappers.get(definition.name, ()):
            yield other.path, definition.name + ending
        for base in definition.bases:  # the method may be inherited
            above = self._typed(unit, base) if method and f"{definition.qualified}{ending}" not in unit.functions else None
            if above is not None and above[1] is not definition:
                yield above[0].path, above[1].qualified + ending

    def _derives(self, unit: "Unit", derived: Class, definition: Class) -> bool:
        """Whether a class may descend from another, and not from one of the same name in another package."""
        bases = [base for base in derived.bases if getattr(without_arguments(base), "name", "") == definition.name]
        known = [above[1] for base in bases if (above := self._typed(unit, base)) is not None]
        return not known or any(above is definition for above in known)

    def _fields(self, unit: "Unit") -> dict[str, tuple["Unit", Class]]:
        """The classes of the tree that the fields of a file's classes hold."""
        if unit.path not in self._fields_of:
            found = self._fields_of[unit.path] = {}
            for bindings in unit.members.values():
                for binding in bindings:
                    held = self._typed(unit, binding.annotation) if binding.annotation is not None else None
                    if held is not None and held[0] is not unit:
                        found[binding.target] = held
            for definition in unit.module.classes:
                for base in definition.bases:
                    found |= {name: held for name, held in self._inherited(unit, base) if name not in found}
        return self._fields_of[unit.path]

    def _inherited(self, unit: "Unit", base: Expression) -> Iterator[tuple[str, tuple["Unit", Class]]]:
        """The fields of a generic class whose types are its parameters: `mapper` of `Dao<M>` for `extends Dao<OrderMapper>`."""
        above = self._typed(unit, base) if isinstance(base, Item) else None
        if above is None or not isinstance(base, Item):
            return
        given = base.key.values if isinstance(base.key, Items) else (base.key,)
        arguments = dict(zip(parameters(above[1]), given, strict=False))
        for binding in above[0].members.get(above[1].qualified, ()):
            named = binding.annotation.name if isinstance(binding.annotation, Name) else ""
            held = self._typed(unit, arguments[named]) if named in arguments else None
            if held is not None and held[0] is not unit:
                yield binding.target, held

    def _bases(self, unit: "Unit") -> set[str]:
        """The names of what a file's classes extend and implement."""
        written = (without_arguments(base) for definition in unit.module.classes for base in definition.bases)
        return {base.name for base in written if isinstance(base, Name | Member)}

    def _imported(self, unit: "Unit") -> frozenset[str]:
        """The classes of which Spring makes beans because a class of a file says so (`@Import({Orders.class})`).

        That calls none of their methods.
        Source: https://docs.spring.io/spring-framework/reference/core/beans/java/composing-configuration-classes.html.
        """
        if unit.path not in self._beans:
            written = (each for definition in unit.module.classes for each in definition.decorators if isinstance(each, Call))
            named = (node for each in written if called(each) in _IMPORTING for node in nodes(each))
            self._beans[unit.path] = frozenset(node.name for node in named if isinstance(node, Name | Member)) - _IMPORTING
        return self._beans[unit.path]

    def _typed(self, unit: "Unit", annotation: Expression) -> tuple["Unit", Class] | None:
        """Return the class that a type names; of a container (`Provider<Dao>`) that of its argument."""
        named = without_arguments(annotation)
        found = self._class(unit, named.name) if isinstance(named, Name | Member) else None
        if found is None and isinstance(annotation, Item) and isinstance(annotation.key, Name):
            return self._class(unit, annotation.key.name)
        return found

    def _class(self, unit: "Unit", name: str) -> tuple["Unit", Class] | None:
        if not name[:1].isupper():
            return None
        for item in unit.imports.get(("", name), ()):
            path = self._program.file_of(unit.path, f"{item.module}.{item.member}")
            holder = self._program.units[path] if path else None
            own = holder.own(item.member) if holder is not None else None
            if holder is not None and isinstance(own, Class):
                return holder, own
            packaged = self._program.packaged(unit, item)
            return (packaged[0], packaged[1]) if packaged is not None and isinstance(packaged[1], Class) else None
        near = self._program.shared(unit, name) or self._program.exported(unit.path, name)
        return (near[0], near[1]) if near is not None and isinstance(near[1], Class) else None

    @cached_property
    def _methods_of_scala(self) -> frozenset[str]:
        """The names of all methods of Scala in the tree."""
        units = (unit for unit in self._program.units.values() if unit.module.language == "scala")
        return frozenset(function.name for unit in units for function in unit.module.functions if function.scope)

    @cached_property
    def _mappers(self) -> dict[str, list["Unit"]]:
        """The mapper files by the class that they are named after."""
        found: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in self._program.units.values():
            if unit.module.language == "mybatis":
                for definition in unit.module.classes:
                    found[definition.name].append(unit)
        return found
