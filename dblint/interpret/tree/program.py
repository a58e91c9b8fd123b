"""All modules of the scanned tree as one program: which file an import means, and what a name in a scope is bound to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from posixpath import basename, commonprefix, dirname

from dblint.interpret.tree.inside import Outermost, outermost
from dblint.interpret.tree.modules import ModuleFiles, nearest, traits_of
from dblint.interpret.tree.namespaces import closeness, meant, with_global_imports
from dblint.interpret.tree.reaching import Reaching
from dblint.interpret.tree.visibility import Visibility
from dblint.model.syntax import Binding, Call, Class, Expression, Function, Import, Item, Items, Member, Module, Name, Text

Definition = Class | Function | Import | tuple[Binding, ...]
"""What a name means: a class, a function, an import, or every binding of the name in one scope."""


class Unit:
    """One module with its definitions indexed by scope and name."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.path = module.path
        self.traits = traits_of(module)
        self.stem = basename(module.path).partition(".")[0]

    @cached_property
    def classes(self) -> dict[str, Class]:
        """Classes by qualified name."""
        return {item.qualified: item for item in self.module.classes}

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Functions by qualified name; of several with one name the last, as Python does."""
        return {item.qualified: item for item in self.module.functions}

    @cached_property
    def overloads(self) -> dict[str, list[Function]]:
        """All functions by qualified name."""
        found: defaultdict[str, list[Function]] = defaultdict(list)
        for item in self.module.functions:
            found[item.qualified].append(item)
        return found

    def function_at(self, scope: str, line: int) -> Function | None:
        """Return the function that a scope is the body of; of several with one name that which holds a line, else the last."""
        several = self.overloads.get(scope, ())
        around = [item for item in several if item.line <= line <= item.end] if len(several) > 1 else ()
        return around[0] if around else self.functions.get(scope)

    @cached_property
    def bindings(self) -> dict[tuple[str, str], tuple[Binding, ...]]:
        """Bindings by (scope, target), in source order."""
        found: defaultdict[tuple[str, str], list[Binding]] = defaultdict(list)
        for binding in self.module.bindings:
            found[binding.scope, binding.target].append(binding)
        return {key: tuple(sorted(values, key=lambda item: item.line)) for key, values in found.items()}

    @cached_property
    def members(self) -> dict[str, tuple[Binding, ...]]:
        """Bindings of a class body by the class's qualified name."""
        found: defaultdict[str, list[Binding]] = defaultdict(list)
        for binding in self.module.bindings:
            if binding.scope in self.classes and "." not in binding.target:
                found[binding.scope].append(binding)
        return {key: tuple(values) for key, values in found.items()}

    @cached_property
    def attributes(self) -> dict[tuple[str, str], tuple[Binding, ...]]:
        """`self.x = …` bindings by (class, attribute)."""
        found: defaultdict[tuple[str, str], list[Binding]] = defaultdict(list)
        for binding in self.module.bindings:
            receiver, _, attribute = binding.target.partition(".")
            if receiver in {"self", "cls"} and attribute and "." not in attribute:
                owner = self.class_of(binding.scope)
                if owner:
                    found[owner, attribute].append(binding)
        return {key: tuple(values) for key, values in found.items()}

    @cached_property
    def attributes_of(self) -> dict[tuple[str, str], tuple[tuple[str, tuple[Binding, ...]], ...]]:
        """Attributes that are set on variables, by (scope, name of the variable)."""
        found: defaultdict[tuple[str, str], list[tuple[str, tuple[Binding, ...]]]] = defaultdict(list)
        for (scope, target), bindings in self.bindings.items():
            holder, _, attribute = target.partition(".")
            if attribute and "." not in attribute and holder not in {"self", "cls"}:
                found[scope, holder].append((attribute, bindings))
        return {key: tuple(values) for key, values in found.items()}

    @cached_property
    def imports(self) -> dict[tuple[str, str], tuple[Import, ...]]:
        """Imports by (scope, name)."""
        found: defaultdict[tuple[str, str], list[Import]] = defaultdict(list)
        for item in self.module.imports:
            found[item.scope, item.name].append(item)
        return {key: tuple(values) for key, values in found.items()}

    @cached_property
    def appended(self) -> dict[tuple[str, str], tuple[tuple[int, Expression], ...]]:
        """What is appended to a list, with the line, by (scope, name of the list)."""
        found: defaultdict[tuple[str, str], list[tuple[int, Expression]]] = defaultdict(list)
        for evaluation in self.module.evaluations:
            match evaluation.expression:
                case Call(function=Member(value=Name(name=name), name="append"), arguments=(added,), line=line):
                    found[evaluation.scope, name].append((line, added))
                case Call(function=Member(value=Name(name=name), name="extend"), arguments=(Items(values=values),), line=line):
                    found[evaluation.scope, name] += [(line, added) for added in values]
        return {key: tuple(values) for key, values in found.items()}

    @cached_property
    def stars(self) -> tuple[Import, ...]:
        """Star imports."""
        return tuple(item for item in self.module.imports if item.name == "*")

    @cached_property
    def dotted(self) -> tuple[Import, ...]:
        """`import a.b` statements, whose bound name is `a`."""
        return tuple(item for item in self.module.imports if "." in item.name)

    @cached_property
    def outermost(self) -> tuple[Outermost, ...]:
        """Every outermost expression, with what stands inside."""
        return outermost(self.module)

    def class_of(self, scope: str) -> str:
        """Return the qualified name of the innermost class around a scope, or an empty string."""
        while scope:
            if scope in self.classes:
                return scope
            scope = scope.rpartition(".")[0]
        return ""

    def local(self, scope: str, name: str) -> Definition | None:
        """Return what a name is in exactly one scope."""
        if bound := self.bindings.get((scope, name)):
            return bound
        qualified = f"{scope}.{name}" if scope else name
        if qualified in self.classes:
            return self.classes[qualified]
        if qualified in self.functions:
            return self.functions[qualified]
        if imported := self.imports.get((scope, name)):
            return imported[0]
        return None

    def own(self, name: str) -> Definition | None:
        """Return what a name is for other files: also a member of the class that the file is named after, where that is all."""
        return self.local("", name) or (self.local(self.stem, name) if self.traits.bare_members else None)

    def parameter_scope(self, scope: str, name: str) -> str:
        """Return the scope of the innermost function around that has a parameter of this name, or an empty string."""
        while scope:
            function = self.functions.get(scope)
            if function is not None and any(parameter.name == name for parameter in function.parameters):
                return scope
            scope = scope.rpartition(".")[0]
        return ""

    def nested(self, name: str) -> Class | None:
        """Return the first class of this name, wherever it stands in the file."""
        return next((item for item in self.module.classes if item.name == name), None)

    def lookup(self, scope: str, name: str) -> tuple[Definition, str] | None:
        """Return what a name means seen from a scope, and the scope that defines it.

        In Python, a class's own names are seen from its body only; where members are bare, from its methods too.
        """
        inner = scope
        while True:
            seen = self.traits.bare_members or inner == scope or inner not in self.classes
            if seen and (found := self.local(inner, name)) is not None:
                return found, inner
            if not inner:
                return None
            inner = inner.rpartition(".")[0]


class Program:
    """Every module, with imports resolved to files; `libraries` are packages that are not the tree's own."""

    def __init__(
        self,
        modules: Iterable[Module],
        libraries: frozenset[str] = frozenset(),
        files: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._visibility = Visibility(files)
        known = with_global_imports(sorted(modules, key=lambda item: item.path))
        self.units = {module.path: Unit(module) for module in known}
        self._files = ModuleFiles((unit.module for unit in self.units.values()), libraries, files)
        self._near: dict[tuple[str, str], tuple[Unit, Definition] | None] = {}

    def file_of(self, importer: str, module: str) -> str | None:
        """Return the file that `module` means inside `importer`, or None when it is not in the tree."""
        return self._files.of(importer, module)

    def exported(self, path: str, name: str, depth: int = 0) -> tuple[Unit, Definition] | None:
        """Return what `from path import name` gives: a definition and the unit it stands in, re-exports followed."""
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
            return self.exported(target, found.member, depth + 1) or (unit, found)
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
        for other in self._methods.get((dirname(unit.path), qualified), ()):
            return other, other.functions[qualified]
        return None

    @cached_property
    def _methods(self) -> dict[tuple[str, str], list[Unit]]:
        """The units by the folder and the name of the methods in them, of languages whose package is a folder."""
        found: defaultdict[tuple[str, str], list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            if unit.traits.modules == "folder":
                for function in unit.module.functions:
                    if function.scope:
                        found[dirname(unit.path), function.qualified].append(unit)
        return found

    def _through(self, unit: Unit, star: Import, name: str, depth: int) -> tuple[Unit, Definition] | None:
        """Return what a star import gives: a name of a file, or a class of a package."""
        target = self.file_of(unit.path, star.module)
        if target is None:
            return self.packaged(unit, Import(name, star.module, name, "", star.line))
        return self.exported(target, name, depth + 1) if target != unit.path else None

    def shared(self, unit: Unit, name: str) -> tuple[Unit, Definition] | None:
        """Return what a name means that a file sees without importing it, as its language has it; the nearest of several."""
        reach = unit.traits.shared
        if not reach:
            return None
        key = (dirname(unit.path) if reach == "folder" else unit.path, name)
        if key not in self._near:
            holders = {
                other.path: other
                for other in self._holding.get(name, ())
                if (reach == "tree" and self.sees(unit, other)) or _beside(unit, other)
            }
            path = nearest(unit.path, _in_sight(unit, holders) if unit.traits.namespaces else holders)
            found = holders[path].local("", name) or holders[path].nested(name) if path else None
            if unit.traits.bare_calls and (isinstance(found, Class) or (isinstance(found, tuple) and not name[:1].isupper())):
                found = None  # classes are found by their full names, and variables are their file's own
            self._near[key] = (holders[path], found) if path and found is not None else None
        return self._near[key]

    def within(self, unit: Unit, namespace: str, name: str) -> tuple[Unit, Class] | None:
        """Return the class that a name means with the namespace, or a part of it, before it (`Models.Order`)."""
        spaces = meant(unit.module, namespace) if unit.traits.namespaces else frozenset()
        holders = {other.path: other for other in self._holding.get(name, ()) if other.module.namespace in spaces}
        path = nearest(unit.path, holders)
        found = holders[path].local("", name) if path else None
        return (holders[path], found) if path and isinstance(found, Class) else None

    def class_of(self, unit: Unit, scope: str, written: Expression) -> tuple[Unit, Class] | None:
        """Return the class of the tree that a type means, by names alone: nothing is evaluated."""
        if isinstance(written, Member):
            path = _dotted(written.value)
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
        return self._visibility.sees(unit.module, other.module)

    def scoped(self, unit: Unit, scope: str, name: str) -> tuple[Unit, Definition] | None:
        """Return the class that a name means inside a scope of classes and modules which other files open, too."""
        if unit.traits.shared != "tree":
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
        key = (unit.path, f"{qualified}::")
        if key not in self._near:
            holders = {other.path: other for other in self._qualified.get(qualified, ()) if self.sees(unit, other)}
            # of the files that open a class again, the one that says what it descends from
            described = {path: other for path, other in holders.items() if other.classes[qualified].bases}
            path = nearest(unit.path, described or holders)
            self._near[key] = (holders[path], holders[path].classes[qualified]) if path else None
        return self._near[key]

    def opening(self, unit: Unit, qualified: str) -> list[Unit]:
        """Return the files that open a class or module of a full name and are seen by a file."""
        return [other for other in self._qualified.get(qualified, ()) if self.sees(unit, other)]

    def assigned_to(self, attribute: str) -> list[tuple[Unit, Binding]]:
        """Return the bindings of an attribute of a longer chain (`config.active_record.table_name_prefix`)."""
        return self._chains.get(attribute, [])

    @cached_property
    def _chains(self) -> dict[str, list[tuple[Unit, Binding]]]:
        found: defaultdict[str, list[tuple[Unit, Binding]]] = defaultdict(list)
        for unit in self.units.values():
            for binding in unit.module.bindings:
                if binding.target.count(".") > 1 or "::" in binding.target:
                    found[binding.target.rpartition(".")[2]].append((unit, binding))
        return found

    @cached_property
    def _qualified(self) -> dict[str, list[Unit]]:
        """The units by the full names of the classes that they define."""
        found: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            for qualified in unit.classes:
                found[qualified].append(unit)
        return found

    def packaged(self, unit: Unit, item: Import) -> tuple[Unit, Definition] | None:
        """Return the class that an import names by its package (`com.acme.crm.Customer`), whatever its file is called.

        The folders of a package may leave out its first parts, as is usual in Kotlin.
        """
        if not item.member or item.module.startswith(".") or unit.traits.modules != "dotted" or not unit.traits.shared:
            return None
        last = item.module.replace("\\", ".").rpartition(".")[2].lower()
        holders = {
            other.path: other
            for other in self._holding.get(item.member, ())
            if dirname(other.path).rpartition("/")[2].lower() in {last, item.module.lower()}
        }
        path = nearest(unit.path, holders)
        found = holders[path].local("", item.member) or holders[path].nested(item.member) if path else None
        return (holders[path], found) if path and found is not None else None

    @cached_property
    def _holding(self) -> dict[str, list[Unit]]:
        """The units by the classes, functions and constants that they define for others."""
        found: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            names = {item.name for item in unit.module.classes}
            names |= {item.name for item in unit.module.functions if not item.scope}
            names |= {item.target for item in unit.module.bindings if not item.scope and "." not in item.target}
            for name in names:
                found[name].append(unit)
        return found

    def constant(self, name: str, near: Unit) -> str:
        """Return the string that a module constant of this name holds in the file nearest to `near`, or an empty string."""
        found = []
        for unit in self.units.values():
            for binding in unit.bindings.get(("", name), ()):
                if isinstance(binding.value, Text):
                    shared = len(commonprefix([unit.path.split("/"), near.path.split("/")]))
                    found.append((shared, unit.path, binding.value.value))
        return max(found)[2] if found else ""

    @cached_property
    def _deriving(self) -> dict[str, list[tuple[Unit, Class]]]:
        found: defaultdict[str, list[tuple[Unit, Class]]] = defaultdict(list)
        for unit in self.units.values():
            for definition in unit.module.classes:
                for written in definition.bases:
                    base = written.value if isinstance(written, Item) else written
                    if isinstance(base, Name | Member):
                        found[base.name].append((unit, definition))
        return found

    def deriving(self, name: str) -> list[tuple[Unit, Class]]:
        """Return the classes that have a base of this last name."""
        return self._deriving.get(name, [])

    def edges(self) -> Iterator[tuple[str, str, str]]:
        """Yield (importing file, imported file, imported member or empty)."""
        for path, unit in self.units.items():
            if unit.traits.namespaces:
                continue  # a directive names a namespace, and nothing that runs
            for item in unit.module.imports:
                if unit.traits.modules == "path":
                    for file, member in self._given(unit, item, ""):
                        yield path, file, "" if member == "*" else member
                    continue
                if item.member and item.member != "*":
                    child = self.file_of(
                        path,
                        f"{item.module.rstrip('.')}.{item.member}" if item.module.strip(".") else item.module + item.member,
                    )
                    if child is not None:
                        yield path, child, ""
                        continue
                target = self.file_of(path, item.module)
                if target is not None and target != path:
                    yield path, target, "" if item.member in {"", "*"} else item.member

    def reaches(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield (file, scope, other file, other scope): the first mentions the second; `*` is all of a file."""
        reaching = Reaching(self)
        for path, unit in self.units.items():
            mentions = [("", unit.module.uses), *((item.qualified, item.uses) for item in unit.module.functions)]
            for scope, names in mentions:
                for name in names:
                    jvm = unit.traits.family == "jvm"
                    targets = reaching.of(unit, scope, name) if jvm else self._mentioned(unit, name)
                    yield from ((path, scope, *target) for target in targets)

    def extensions(self, unit: Unit, name: str) -> Iterator[tuple[Unit, Function]]:
        """Yield the methods of a name that classes in sight add to other types."""
        for other, function in self._extensions.get(name, ()):
            if closeness(unit.module, other.module.namespace) >= 0:
                yield other, function

    @cached_property
    def _extensions(self) -> dict[str, list[tuple[Unit, Function]]]:
        found: defaultdict[str, list[tuple[Unit, Function]]] = defaultdict(list)
        for unit in self.units.values():
            for item in unit.module.functions if unit.traits.namespaces else ():
                if any(isinstance(each, Name) and each.name == "extension" for each in item.decorators):
                    found[item.name].append((unit, item))
        return found

    def _mentioned(self, unit: Unit, written: str) -> Iterator[tuple[str, str]]:
        if written.startswith("."):
            yield from ((other.path, function.qualified) for other, function in self.extensions(unit, written[1:]))
            return
        name, _, attribute = written.partition(".")
        if name in unit.functions or name in unit.classes:
            yield unit.path, name
        if unit.traits.modules == "folder":
            yield from self._of_packages(unit, name, attribute)
            return
        for item in (*unit.imports.get(("", name), ()), *(item for item in unit.dotted if item.name.startswith(name + "."))):
            if unit.traits.modules == "path":
                yield from self._given(unit, item, attribute)
                continue
            target = self.file_of(unit.path, item.module)
            inner = f"{item.module}{'' if item.module.endswith('.') else '.'}{item.member}"
            child = self.file_of(unit.path, inner) if item.member else None
            if child is not None:
                yield child, attribute or "*"
            elif target is not None:
                yield target, item.member or (attribute if item.name == name else "") or "*"
            elif (packaged := self.packaged(unit, item)) is not None:
                yield packaged[0].path, item.member
        if (unit.traits.shared or unit.stars) and (near := self.shared(unit, name)) is not None and near[0] is not unit:
            yield near[0].path, name

    def _of_packages(self, unit: Unit, name: str, attribute: str) -> Iterator[tuple[str, str]]:
        """Yield (file, scope) of what `package.Name` or a name of the own package means, in whatever files it stands (Go)."""
        for item in unit.imports.get(("", name), ()):
            target = self.file_of(unit.path, item.module)
            if target is not None:
                yield from self._in_package(target, attribute)
        if unit.local("", name) is not None or self.shared(unit, name) is not None:
            yield from self._in_package(unit.path, name)

    def _in_package(self, path: str, name: str) -> Iterator[tuple[str, str]]:
        """Yield where a package defines a name; a type brings its methods, a variable the whole of its file."""
        found = self.exported(path, name) if name else None
        if found is None:
            yield path, "*"
            return
        holder, definition = found
        if not isinstance(definition, Class | Function):
            yield holder.path, "*"
            return
        yield holder.path, definition.qualified
        if isinstance(definition, Class):
            beside = dirname(holder.path)
            others = {unit.path for (folder, _), units in self._methods.items() if folder == beside for unit in units}
            yield from ((other, definition.qualified) for other in sorted(others) if other != holder.path)

    def _given(self, unit: Unit, item: Import, attribute: str) -> Iterator[tuple[str, str]]:
        """Yield (file, scope) of what an import of a path gives, re-exports followed; `*` is all of a file."""
        target = self.file_of(unit.path, item.module)
        if target is None or target == unit.path:
            return
        found = self.exported(target, item.member) if item.member not in {"", "*"} else None
        if found is None:
            found = self.exported(target, attribute) if attribute and item.member in {"", "default"} else None
            if found is None:
                yield target, "*"
                return
        holder, definition = found
        match definition:
            case Class() | Function():
                yield holder.path, definition.qualified
            case Import():
                yield holder.path, definition.name
            case _:
                last = definition[-1]
                yield holder.path, last.value.name if isinstance(last.value, Name) else last.target


def _in_sight(unit: Unit, holders: dict[str, Unit]) -> list[str]:
    """Return the files whose namespace a file sees, of its own namespace and those around it only the innermost."""
    ranks = {path: closeness(unit.module, other.module.namespace) for path, other in holders.items()}
    best = max(ranks.values(), default=-1)
    return [path for path, rank in ranks.items() if rank == best] if best >= 0 else []


def _dotted(expression: Expression) -> str:
    """Return the path of a chain of names, an empty string for anything else."""
    names: list[str] = []
    while isinstance(expression, Member):
        names.append(expression.name)
        expression = expression.value
    return ".".join((expression.name, *reversed(names))) if isinstance(expression, Name) else ""


def _beside(unit: Unit, other: Unit) -> bool:
    return dirname(unit.path) == dirname(other.path)
