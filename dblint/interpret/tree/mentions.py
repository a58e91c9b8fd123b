"""What the code of each file mentions of others: the edges along which shared code is charged to the services that use it."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from posixpath import basename, dirname

from dblint.interpret.evaluation.arguments import without_arguments
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.reaching import Reaching
from dblint.interpret.tree.units import Unit
from dblint.languages.csharp.declarations import EXTENSION
from dblint.languages.rust.imports import imports as rust_imports
from dblint.model.facts import OPEN
from dblint.model.syntax import Class, Expression, Function, Import, Member, Name, selection

_HANDING_ON = frozenset({"mod.rs", "lib.rs"})
_SERVING = re.compile(r"Register\w+Server\Z")
"""How generated code of gRPC is called that takes the type which answers a service's requests."""
_INTERFACE = re.compile(r"I[A-Z]\w*[a-z]")
LOADED = "=loaded"
"""Stands for the statements of a file alone, which run when it is loaded."""


def _is_attributed(function: Function) -> bool:
    """Return whether attributes, or an override, say that a method of C# is called from outside of the tree."""
    return any(getattr(each, "name", "") != EXTENSION for each in function.decorators)


def _only_exports(unit: Unit) -> bool:
    """Return whether a folder's index only hands on what others export: whoever imports it uses what it then names."""
    module = unit.module
    is_index = basename(unit.path).partition(".")[0] in unit.traits.index
    return is_index and not (module.functions or module.classes or module.evaluations or module.uses)


class Mentions:
    """Finds what imports and names of a program lead to."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._files: defaultdict[str, list[str]] = defaultdict(list)
        for path in program.units:
            self._files[dirname(path)].append(path)

    def edges(self) -> Iterator[tuple[str, str, str]]:
        """Yield (importing file, imported file, imported member or empty)."""
        for path, unit in self._program.units.items():
            if unit.traits.namespaces:
                continue  # a directive names a namespace, and nothing that runs
            if unit.traits.modules == "folder":
                yield from self._initialised(unit)
                continue
            for item in unit.module.imports:
                if unit.traits.modules == "path":
                    for file, member in self._given(unit, item, ""):
                        yield path, file, LOADED if _only_exports(unit) else "" if member == "*" else member
                    continue
                if item.member and item.member != "*":
                    child = self._program.file_of(
                        path,
                        f"{item.module.rstrip('.')}.{item.member}" if item.module.strip(".") else item.module + item.member,
                    )
                    if child is not None:
                        yield path, child, ""
                        yield from ((path, inner, "") for inner in self._inside(child, unit))
                        continue
                target = self._program.file_of(path, item.module)
                if target is not None and target != path:
                    yield path, *self._dotted(unit, target, item.member)

    def _dotted(self, unit: Unit, target: str, member: str) -> tuple[str, str]:
        """Return (file, member) of what an import of a dotted path gives; in Rust, what a module hands on stands elsewhere."""
        if unit.traits.family != "rust":
            return target, "" if member == "*" else member
        if member == "*":
            return target, LOADED if basename(unit.path) in _HANDING_ON else ""
        found = self._program.exported(target, member) if member else None
        if found is not None and isinstance(found[1], Class | Function):
            return self._opened(found[0].path, found[1].qualified)
        return target, member

    def _opened(self, path: str, scope: str) -> tuple[str, str]:
        """Return (file, scope) of what is mentioned in Rust: of a type only those methods run that are selected somewhere."""
        return path, f"{scope}{OPEN}" if scope in self._program.units[path].classes else scope

    def _inside(self, path: str, unit: Unit) -> Iterator[str]:
        """Yield the files of the modules inside a module of Rust that is imported, which paths through it lead to."""
        if unit.traits.family == "rust":
            folder = dirname(path) if basename(path) in _HANDING_ON else path.removesuffix(".rs")
            yield from (each for holder, files in self._files.items() if holder == folder for each in files if each != path)

    def _initialised(self, unit: Unit) -> Iterator[tuple[str, str, str]]:
        """Yield the packages of which `init` runs (Go): what is used of them besides is mentioned, or in sight by a `.`."""
        for item in unit.module.imports:
            target = self._program.file_of(unit.path, item.module)
            if target is not None and target != unit.path:
                yield unit.path, target, "" if item.name == "." else "init"

    def reaches(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield (file, scope, other file, other scope): the first mentions the second; `*` is all of a file.

        In Go, Rust, Scala and C#, `Type?` is a type whose methods run as far as their names are selected, of which each is told
        without a file (`.Save`).
        """
        reaching = Reaching(self._program)
        for path, unit in self._program.units.items():
            rust, csharp = unit.traits.family == "rust", unit.module.language == "csharp"
            yield from self._implemented(unit) if rust else ()
            mentions = [("", unit.module.uses), *((item.qualified, item.uses) for item in unit.module.functions)]
            for scope, names in mentions:
                yield from ((path, scope, *target) for target in self._served(unit, names))
                for name in names:
                    jvm = unit.traits.family == "jvm"
                    by_path = self._at_the_end(unit, name.split("::")) if "::" in name else None
                    bare = jvm and name.startswith(".")
                    known = reaching.selected(name) if bare else reaching.of(unit, scope, name) if jvm else by_path
                    targets = known or self._mentioned(unit, name)
                    if csharp:
                        yield from ((path, scope, *run) for target in targets for run in self._made(*target))
                        continue
                    yield from ((path, scope, *(self._opened(*target) if rust and target[0] else target)) for target in targets)

    def _made(self, path: str, scope: str) -> Iterator[tuple[str, str]]:
        """Yield (file, scope) of what runs because C# mentions something: of a type what makes one, and its properties.

        Containers of dependencies are told of a type and call none of its methods.
        """
        unit = self._program.units.get(path)
        if unit is None or scope not in unit.classes:
            yield path, scope
            return
        for other in self._parts.get((unit.module.namespace, scope), (path,)):
            if f"{dirname(other)}/".startswith(f"{dirname(path)}/") or f"{dirname(path)}/".startswith(f"{dirname(other)}/"):
                yield other, f"{scope}{OPEN}"
                yield from ((other, function) for function in self._run_unasked.get((other, scope), ()))

    @cached_property
    def _parts(self) -> dict[tuple[str, str], list[str]]:
        """The files that a class of C# is spread over, by its namespace and name."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for path, unit in self._program.units.items():
            for definition in unit.module.classes if unit.module.language == "csharp" else ():
                found[unit.module.namespace, definition.qualified].append(path)
        return found

    @cached_property
    def _run_unasked(self) -> dict[tuple[str, str], list[str]]:
        """What runs of each class of C# without anybody in the tree calling it, by file and name of the class.

        That is what makes one, its properties, what it overrides or has an attribute, and where it is one of the interfaces of
        a library all of it (`IHostedService`).
        """
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for path, unit in self._program.units.items():
            if unit.module.language != "csharp":
                continue
            classes = unit.module.classes
            asked = {each.qualified for each in classes if any(self._is_called_outside(unit, base) for base in each.bases)}
            for function in unit.module.functions:
                own = function.name.startswith(("__init__", "get_", "set_")) or _is_attributed(function)
                if function.scope and (own or function.scope in asked):
                    found[path, function.scope].append(function.qualified)
        return found

    def _is_called_outside(self, unit: Unit, base: Expression) -> bool:
        """Return whether a base is an interface that the tree does not define, by its name."""
        written = without_arguments(base)
        name = written.name if isinstance(written, Name | Member) else ""
        return _INTERFACE.match(name) is not None and self._program.shared(unit, name) is None

    @cached_property
    def _methods_of_csharp(self) -> set[str]:
        """The names of the methods of types: of all names that C# calls, no others lead anywhere."""
        units = (unit for unit in self._program.units.values() if unit.module.language == "csharp")
        return {function.name for unit in units for function in unit.module.functions if function.scope}

    @cached_property
    def _methods_of_rust(self) -> set[str]:
        """The names of the methods of types: of all names that Rust selects, no others lead anywhere."""
        units = (unit for unit in self._program.units.values() if unit.traits.family == "rust")
        return {function.name for unit in units for function in unit.module.functions if function.scope}

    @cached_property
    def _taken_by_methods(self) -> dict[str, set[str]]:
        """How many values the methods of each name take in Go, as calls may say it; empty for any number."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for unit in self._program.units.values():
            for function in unit.module.functions if unit.traits.modules == "folder" else ():
                if function.scope:
                    # Parameters are told without contexts, and with the receiver.
                    has_context = function.takes is not None and function.takes >= len(function.parameters)
                    numbers = {"" if function.takes is None else str(function.takes)}
                    found[function.name] |= numbers if has_context else numbers | {f'"{number}' for number in numbers}
        return found

    def _implemented(self, unit: Unit) -> Iterator[tuple[str, str, str, str]]:
        """Yield what runs of a file of Rust because a type is used that it says more of.

        That is what the type does for traits of libraries, which call it; what a trait of the tree does by default; and the
        methods of a type that stands in another file.
        """
        for function in unit.module.functions:
            for trait in map(without_arguments, function.decorators):
                name = trait.name if isinstance(trait, Name | Member) else ""
                if (defined := self._named(unit, name)) is not None:
                    yield unit.path, f"{function.scope}{OPEN}", *defined
                elif not self._is_of_the_tree(unit, name):
                    yield unit.path, f"{function.scope}{OPEN}", unit.path, function.qualified
        for scope in {each.scope for each in unit.module.functions} - {"", *unit.classes}:
            if (defined := self._named(unit, scope)) is not None:
                yield *defined, unit.path, f"{scope}{OPEN}"

    def _is_of_the_tree(self, unit: Unit, name: str) -> bool:
        """Return whether a file imports a name from a file of the tree, though nothing may be known of that but its names."""
        for item in unit.imports.get(("", name), ()):
            path = self._program.file_of(unit.path, item.module)
            # A module around that is called like a library, as one that adapts it often is, is not meant without `crate::`.
            if path is not None and (item.module.startswith(".") or dirname(path) != dirname(unit.path)):
                return True
        return False

    def _named(self, unit: Unit, name: str) -> tuple[str, str] | None:
        """Return (file, scope) of the type or trait that a name means in a file of Rust, None where the tree has none."""
        found = self._program.exported(unit.path, name) or self._program.shared(unit, name)
        if found is None or not isinstance(found[1], Class) or not self._is_in_sight(unit, found[0]):
            return None
        return found[0].path, f"{found[1].qualified}{OPEN}"

    def _served(self, unit: Unit, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """Yield the methods of the types that a function of Go hands to a server, which calls them by the names of requests.

        Source: https://grpc.io/docs/languages/go/basics (`pb.RegisterRouteGuideServer(grpcServer, newServer())`).
        """
        if unit.traits.modules != "folder" or not any(
            _SERVING.match(selection(name)[0]) for name in names if name.startswith(".")
        ):
            return
        for name in names:
            found = self._program.exported(unit.path, name) if name.isidentifier() else None
            if found is not None and isinstance(found[1], Class):
                for other in sorted(self._program.files_of_types.get((dirname(found[0].path), name), ())):
                    methods = self._program.units[other].module.functions
                    yield from ((other, method.qualified) for method in methods if method.scope == name)

    def _mentioned(self, unit: Unit, written: str) -> Iterator[tuple[str, str]]:
        if written.startswith("."):
            yield from self._selected(unit, written)
            return
        packages = unit.traits.modules == "folder"
        name, _, attribute = written.partition(".")
        if name in unit.functions or name in unit.classes:
            yield unit.path, f"{name}{OPEN}" if packages and name in unit.classes else name
        if packages:
            yield from self._of_packages(unit, name, attribute)
            return
        for item in (*unit.imports.get(("", name), ()), *(item for item in unit.dotted if item.name.startswith(name + "."))):
            if unit.traits.modules == "path":
                yield from self._given(unit, item, attribute)
                continue
            target = self._program.file_of(unit.path, item.module)
            inner = f"{item.module}{'' if item.module.endswith('.') else '.'}{item.member}"
            child = self._program.file_of(unit.path, inner) if item.member else None
            if child is not None:
                # A module of Rust is no value: its name alone is that of a variable.
                yield child, attribute or ("" if unit.traits.family == "rust" else "*")
            elif target is not None:
                yield target, item.member or (attribute if item.name == name else "") or "*"
            elif (packaged := self._program.packaged(unit, item)) is not None:
                yield packaged[0].path, item.member
        if (
            (unit.traits.shared or unit.stars)
            and (near := self._program.shared(unit, name)) is not None
            and near[0] is not unit
            and self._is_in_sight(unit, near[0])
        ):
            yield near[0].path, name

    def _selected(self, unit: Unit, written: str) -> Iterator[tuple[str, str]]:
        """Yield what a selected name (`.Save`) leads to: in Go and Rust to methods of all types, elsewhere to extensions.

        It leads to nothing of the tree where a package from elsewhere gives what it is selected of (`.Save@clients`, Go), or
        where no method of that name takes what the call passes (`.Add(1)`).
        """
        name, passed, package = selection(written)
        if passed and not self._taken_by_methods.get(name, {""}) & {"", passed}:
            return
        imported = unit.imports.get(("", package), ()) if package else ()
        if imported and all(self._program.file_of(unit.path, item.module) is None for item in imported):
            return
        if unit.traits.modules == "folder" or (unit.traits.family == "rust" and name in self._methods_of_rust):
            yield "", f".{name}"
        elif unit.traits.family != "rust":
            if unit.module.language == "csharp" and name in self._methods_of_csharp:
                yield "", f".{name}"
            yield from ((other.path, function.qualified) for other, function in self._program.extensions(unit, name))

    def _at_the_end(self, unit: Unit, steps: list[str]) -> Iterator[tuple[str, str]]:
        """Yield (file, scope) of what a path of Rust leads to, from a module that is imported or from a crate.

        What follows a type is its own: `database::orders::Status::Open` mentions `Status`.
        """
        last = next((place for place, step in enumerate(steps) if step[:1].isupper()), len(steps) - 1)
        brought = next(iter(unit.imports.get(("", steps[0]), ())), None)
        folders = dirname(unit.path).split("/")
        member = steps[last]
        if brought is not None:
            inner = ".".join((brought.member, *steps[1:last]))
            modules = [f"{brought.module}{'' if brought.module.endswith('.') else '.'}{inner}"]
        elif steps[0] == "crate" and "src" in folders:  # where a package has its root unless its manifest says otherwise
            modules = ["." * (folders[::-1].index("src") + 1) + ".".join(steps[1:last])]
        else:
            modules = [item.module for item in rust_imports(unit.path, "::".join(steps[: last + 1]), 0)]
        for module in modules:
            target = self._program.file_of(unit.path, module)
            if target is not None:
                yield self._dotted(unit, target, member)

    def _is_in_sight(self, unit: Unit, other: Unit) -> bool:
        """Return whether a file may mean what another defines: not if that stands in a crate that it takes no names of."""
        if self._program.together(unit, other):
            return True
        starred = [self._program.file_of(unit.path, item.module) for item in unit.stars]
        return any(path is not None and self._program.together(self._program.units[path], other) for path in starred)

    def _of_packages(self, unit: Unit, name: str, attribute: str) -> Iterator[tuple[str, str]]:
        """Yield (file, scope) of what `package.Name` or a name of the own package means, in whatever files it stands (Go)."""
        for item in unit.imports.get(("", name), ()):
            target = self._program.file_of(unit.path, item.module)
            if target is not None:
                yield from self._in_package(target, attribute)
        if unit.local("", name) is not None or self._program.shared(unit, name) is not None:
            yield from self._in_package(unit.path, name)

    def _in_package(self, path: str, name: str) -> Iterator[tuple[str, str]]:
        """Yield where a package defines a name; a type brings methods that are called, a variable what its file says of it."""
        found = self._program.exported(path, name) if name else None
        if found is None:  # it may stand in a file that is only skimmed, of which all is told of its first scope
            folder = dirname(path)
            yield from ((other, "") for other in self._files[folder]) if name else ((path, ""),)
            return
        holder, definition = found
        if not isinstance(definition, Class | Function):
            yield holder.path, ""  # what the variable holds, its file's own statements mention
            return
        if isinstance(definition, Function):
            yield holder.path, definition.qualified
        if isinstance(definition, Class) and not definition.scope:  # a type inside a function is that function's alone
            yield holder.path, f"{definition.qualified}{OPEN}"
            others = self._program.files_of_types.get((dirname(holder.path), definition.qualified), set())
            yield from ((other, f"{definition.qualified}{OPEN}") for other in sorted(others) if other != holder.path)

    def _given(self, unit: Unit, item: Import, attribute: str) -> Iterator[tuple[str, str]]:
        """Yield (file, scope) of what an import of a path gives, re-exports followed; `*` is all of a file."""
        target = self._program.file_of(unit.path, item.module)
        if target is None or target == unit.path:
            return
        found = self._program.exported(target, item.member) if item.member not in {"", "*"} else None
        if found is None:
            found = self._program.exported(target, attribute) if attribute and item.member in {"", "default"} else None
            if found is None:
                yield target, "*"
                return
        holder, definition = found
        match definition:
            case Class() | Function():
                yield holder.path, definition.qualified
            case Import() if attribute and definition.member in {"", "*"}:  # `export * as repositories from "./all"`
                yield from self._given(holder, definition, attribute)
            case Import():
                yield holder.path, definition.name
            case _:
                last = definition[-1]
                yield holder.path, last.value.name if isinstance(last.value, Name) else last.target
