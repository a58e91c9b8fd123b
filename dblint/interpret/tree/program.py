"""All modules of the scanned tree as one program: which file an import means, and what a name is defined as."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from posixpath import commonprefix, dirname
from typing import TypeVar

from dblint.interpret.tree.grounds import Grounded, Grounds
from dblint.interpret.tree.indexes import Index, Indexes
from dblint.interpret.tree.modules import ModuleFiles, all_nearest, nearest
from dblint.interpret.tree.namespaces import closeness, meant, with_global_imports
from dblint.interpret.tree.units import Definition, Unit
from dblint.interpret.tree.visibility import Visibility
from dblint.model.syntax import Binding, Class, Expression, Function, Import, Member, Module, Name

Found = TypeVar("Found")


class Program:
    """Every module, with imports resolved to files; `libraries` are packages that are not the tree's own."""

    def __init__(
        self,
        modules: Iterable[Module],
        libraries: frozenset[str] = frozenset(),
        files: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self.text_of = files
        self._visibility = Visibility(files)
        known = list(with_global_imports(sorted(modules, key=lambda item: item.path)))
        self.grounds = Grounds()
        self.modules = {module.path: module for module in known}
        self._holders: dict[str, dict[str, Unit]] = {}
        self._in_programs: dict[tuple[Index[Unit], str, tuple[str | None, tuple[str, ...]]], list[str]] = {}
        self._method_sets: dict[str, Grounded[dict[tuple[str, str], set[str]]]] = {}
        self.units = {module.path: Unit(module, self.grounds) for module in known}
        self.indexes = Indexes(tuple(self.units.values()), self.grounds)
        self._files = ModuleFiles((unit.module for unit in self.units.values()), libraries, files)
        self._near: dict[tuple[str, str], Grounded[tuple[Unit, Definition] | None]] = {}
        self._packaged: dict[tuple[str, str, str], Grounded[tuple[Unit, Definition] | None]] = {}
        self._exported: dict[tuple[str, str], Grounded[tuple[Unit, Definition] | None]] = {}
        for index in self.indexes:
            index.build()
        for unit in self.units.values():
            unit.close()

    def file_of(self, importer: str, module: str) -> str | None:
        """Return the file that `module` means inside `importer`, or None when it is not in the tree."""
        return self._files.of(importer, module)

    def together(self, one: Unit, other: Unit) -> bool:
        """Return whether a file can name what another defines without importing it from another crate (Rust)."""
        return self._files.together(one.path, other.path)

    def takes(self, one: Unit, other: Unit) -> bool:
        """Return whether the code of a file is built with that of another, as far as crates say it (Rust)."""
        return self._files.takes(one.path, other.path)

    def exported(self, path: str, name: str) -> tuple[Unit, Definition] | None:
        """Return what `from path import name` gives: a definition and the unit it stands in, re-exports followed."""
        return self.grounds.remembered(self._exported, (path, name), lambda: self._led(path, name, 0), None)

    def _led(self, path: str, name: str, depth: int) -> tuple[Unit, Definition] | None:
        unit = self.units.get(path)
        if unit is None or depth > 8:
            return None
        found = unit.own(name)
        if isinstance(found, Import):
            target = self.file_of(path, found.module)
            if target is None:
                return unit, found
            if not found.member:
                return unit, found
            return self._led(target, found.member, depth + 1) or (unit, found)
        if found is not None:
            return unit, found
        for star in unit.stars:
            through = self._through(unit, star, name, depth)
            if through is not None:
                return through
        return self.shared(unit, name) if unit.traits.modules == "folder" else None

    def class_around(self, unit: Unit, scope: str) -> tuple[Unit, Class] | None:
        """Return the innermost class around a scope; a method may stand in another file of its package than its class (Go)."""
        owner = unit.class_of(scope)
        if owner:
            return unit, unit.classes[owner]
        holder = scope.partition(".")[0]
        near = self.shared(unit, holder) if "." in scope and unit.traits.shared == "folder" else None
        return (near[0], near[1]) if near is not None and isinstance(near[1], Class) else None

    def method(self, unit: Unit, definition: Class, name: str) -> tuple[Unit, Function] | None:
        """Return a method of a class, which may stand in another file of its package (Go)."""
        qualified = f"{definition.qualified}.{name}"
        if qualified in unit.functions:
            return unit, unit.functions[qualified]
        if unit.traits.modules != "folder":
            return None
        for other in self.indexes.methods.of(f"{dirname(unit.path)}:{qualified}"):
            return other, other.functions[qualified]
        return None

    def method_sets(self) -> dict[tuple[str, str], set[str]]:
        """Return the names of the methods of each type, by the folder of its package and its name (Go)."""
        return self.grounds.remembered(self._method_sets, "", self._all_method_sets, {})

    def _all_method_sets(self) -> dict[tuple[str, str], set[str]]:
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for method, _ in self.indexes.methods:
            folder, _, qualified = method.partition(":")
            kind, _, name = qualified.rpartition(".")
            found[folder, kind].add(name)
        return dict(found)

    @cached_property
    def files_of_types(self) -> dict[tuple[str, str], set[str]]:
        """The files with methods of a type by its folder and name, of languages whose package is a folder."""
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for method, units in self.indexes.methods:
            folder, _, qualified = method.partition(":")
            found[folder, qualified.rpartition(".")[0]].update(unit.path for unit in units)
        return found

    def _through(self, unit: Unit, star: Import, name: str, depth: int) -> tuple[Unit, Definition] | None:
        """Return what a star import gives: a name of a file, or a class of a package."""
        target = self.file_of(unit.path, star.module)
        if target is None:
            return self.packaged(unit, Import(name, star.module, name, "", star.line))
        return self._led(target, name, depth + 1) if target != unit.path else None

    def shared(self, unit: Unit, name: str) -> tuple[Unit, Definition] | None:
        """Return what a name means that a file sees without importing it, as its language has it; the nearest of several."""
        holding = self._holding(name) if unit.traits.shared else {}
        if not holding:
            return None
        own = unit.traits.namespaces or unit.path in holding  # else all files of a language in a folder see the same
        key = (unit.path if own else f"{dirname(unit.path)}/{self.modules[unit.path].language}:", name)
        return self.grounds.remembered(self._near, key, lambda: self._nearest(unit, name, holding), None)

    def _nearest(self, unit: Unit, name: str, holding: dict[str, Unit]) -> tuple[Unit, Definition] | None:
        """Return what a name means in the nearest of the files that define it and are seen."""
        folder = dirname(unit.path)
        everywhere = unit.traits.shared == "tree"  # which takes in what stands beside the file
        holders = self._seen(unit, self.indexes.holding, name) if everywhere else [p for p in holding if dirname(p) == folder]
        path = nearest(unit.path, self._in_sight(unit, holders) if unit.traits.namespaces else holders)
        self.grounds.look(unit.path)
        if not path:
            return None
        found = self.units[path].local("", name) or self.units[path].nested(name)
        if unit.traits.bare_calls and (isinstance(found, Class) or (isinstance(found, tuple) and not name[:1].isupper())):
            return None  # classes are found by their full names, and variables are their file's own
        return (self.units[path], found) if found is not None else None

    def _in_sight(self, unit: Unit, holders: Iterable[str]) -> list[str]:
        """Return the files whose namespace a file sees, of its own namespace and those around it only the innermost."""
        ranks = {path: closeness(self.modules[unit.path], self.modules[path].namespace) for path in holders}
        best = max(ranks.values(), default=-1)
        return [path for path, rank in ranks.items() if rank == best] if best >= 0 else []

    def _holding(self, name: str) -> dict[str, Unit]:
        """Return the files that define a name for others, by their paths."""
        found = self.indexes.holding.of(name)
        if found and name not in self._holders:
            self._holders[name] = {unit.path: unit for unit in found}
        return self._holders[name] if found else {}

    def within(self, unit: Unit, namespace: str, name: str) -> tuple[Unit, Class] | None:
        """Return the class that a name means with the namespace, or a part of it, before it (`Models.Order`)."""
        spaces = meant(unit.module, namespace) if unit.traits.namespaces else frozenset()
        holders = {path: other for path, other in self._holding(name).items() if self.modules[path].namespace in spaces}
        path = nearest(unit.path, holders)
        found = holders[path].local("", name) if path else None
        return (holders[path], found) if path and isinstance(found, Class) else None

    def class_of(self, unit: Unit, scope: str, written: Expression) -> tuple[Unit, Class] | None:
        """Return the class of the tree that a type means, by names alone: nothing is evaluated."""
        if isinstance(written, Member):
            path = dotted(written.value)
            found = self.within(unit, path, written.name) if path else None
            holder = self.class_of(unit, scope, written.value) if found is None else None
            inner = holder[0].classes.get(f"{holder[1].qualified}.{written.name}") if holder else None
            return (holder[0], inner) if holder and inner is not None else found
        if not isinstance(written, Name):
            return None
        lexical = unit.lookup(scope, written.name)
        if lexical is not None and isinstance(lexical[0], Class):
            return unit, lexical[0]
        if lexical is not None and isinstance(lexical[0], Import):
            return self.within(unit, lexical[0].module, lexical[0].member)
        shared = self.shared(unit, written.name)
        return (shared[0], shared[1]) if shared is not None and isinstance(shared[1], Class) else None

    def sees(self, unit: Unit, other: Unit) -> bool:
        """Return whether a file may use what another defines without importing it."""
        return self._visibility.sees(self.modules[unit.path], self.modules[other.path])

    def scoped(self, unit: Unit, scope: str, name: str) -> tuple[Unit, Definition] | None:
        """Return the class that a name means inside a scope of classes and modules which other files open, too."""
        if unit.traits.shared != "tree" or not self.indexes.classes.of(name.rpartition(".")[2]):
            return None
        while True:
            found = self.nested(unit, f"{scope}.{name}" if scope else name)
            if found is not None or not scope:
                return found
            scope = scope.rpartition(".")[0]

    def nested(self, unit: Unit, qualified: str) -> tuple[Unit, Definition] | None:
        """Return the class of a full name, in the nearest file that sees it."""
        if unit.traits.shared != "tree":
            return None
        if not self.indexes.qualified.of(qualified):
            return None
        key = (unit.path, f"{qualified}::")
        return self.grounds.remembered(self._near, key, lambda: self._described(unit, qualified), None)

    def _described(self, unit: Unit, qualified: str) -> tuple[Unit, Definition] | None:
        """Return a class in the nearest of the files that open it: one that says what it descends from, where one does."""
        described = self._seen(unit, self.indexes.described, qualified)
        path = nearest(unit.path, described or self._seen(unit, self.indexes.qualified, qualified))
        return (self.units[path], self.units[path].classes[qualified]) if path else None

    def _seen(self, unit: Unit, index: Index[Unit], name: str) -> list[str]:
        """Return the paths of the files under a name that a file sees, the same for all files of a program."""
        rows = index.of(name)
        key = (index, name, self._visibility.program(self.modules[unit.path]))
        if key not in self._in_programs:
            self._in_programs[key] = [other.path for other in rows if self.sees(unit, other)]
        return self._in_programs[key]

    def opening(self, unit: Unit, qualified: str) -> list[Unit]:
        """Return the files that open a class or module of a full name and are seen by a file."""
        return [other for other in self.indexes.qualified.of(qualified) if self.sees(unit, other)]

    def assigned_to(self, attribute: str) -> Sequence[tuple[Unit, Binding]]:
        """Return the bindings of an attribute of a longer chain (`config.active_record.table_name_prefix`)."""
        return self._looked_into(self.indexes.chains.of(attribute))

    def packaged(self, unit: Unit, item: Import) -> tuple[Unit, Definition] | None:
        """Return the class that an import names by its package (`com.acme.crm.Customer`), whatever its file is called.

        The folders of a package may leave out its first parts, as is usual in Kotlin.
        """
        if not item.member or item.module.startswith(".") or unit.traits.modules != "dotted" or not unit.traits.shared:
            return None
        if unit.traits.full_names:
            return self.nested(unit, f"{item.module}.{item.member}")
        key = (unit.path, item.module, item.member)
        return self.grounds.remembered(self._packaged, key, lambda: self._in_package(unit, item), None)

    def _in_package(self, unit: Unit, item: Import) -> tuple[Unit, Definition] | None:
        """Return the class of a name in the nearest folder called like the last part of its package, or like all of it."""
        last = item.module.replace("\\", ".").rpartition(".")[2].lower()
        holders = {
            other.path: other
            for other in self._holding(item.member).values()
            if dirname(other.path).rpartition("/")[2].lower() in {last, item.module.lower()}
        }
        path = nearest(unit.path, holders)
        found = holders[path].local("", item.member) or holders[path].nested(item.member) if path else None
        return (holders[path], found) if path and found is not None else None

    def constant(self, name: str, near: Unit) -> str:
        """Return the string that a module constant of this name holds in the file nearest to `near`, or an empty string."""
        found = []
        for unit, text in self._looked_into(self.indexes.constants.of(name)):
            shared = len(commonprefix([unit.path.split("/"), near.path.split("/")]))
            found.append((shared, unit.path, text))
        return max(found)[2] if found else ""

    def deriving(self, name: str) -> Sequence[tuple[Unit, Class]]:
        """Return the classes that have a base of this last name."""
        return self._looked_into(self.indexes.deriving.of(name))

    def _looked_into(self, rows: Sequence[tuple[Unit, Found]]) -> Sequence[tuple[Unit, Found]]:
        """Return what files hold, and take down that it is known."""
        for unit, _ in rows:
            self.grounds.look(unit.path)
        return rows

    def extensions(self, unit: Unit, name: str) -> Iterator[tuple[Unit, Function]]:
        """Yield the methods of a name that classes in sight add to other types, of those of one namespace the nearest.

        Several programs of a tree often hold a copy of the same class.
        """
        spaces: defaultdict[str, dict[str, Unit]] = defaultdict(dict)
        for other, _ in self.indexes.extensions.of(name):
            if closeness(unit.module, self.modules[other.path].namespace) >= 0:
                spaces[self.modules[other.path].namespace][other.path] = other
        near = {path for holders in spaces.values() for path in all_nearest(unit.path, holders)}
        yield from self._looked_into([each for each in self.indexes.extensions.of(name) if each[0].path in near])


def dotted(expression: Expression) -> str:
    """Return the path of a chain of names, an empty string for anything else."""
    names: list[str] = []
    while isinstance(expression, Member):
        names.append(expression.name)
        expression = expression.value
    return ".".join((expression.name, *reversed(names))) if isinstance(expression, Name) else ""
