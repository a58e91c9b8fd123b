"""One module of the tree, with its definitions indexed by scope and name."""

from collections import defaultdict
from functools import cached_property
from posixpath import basename

from dblint.interpret.evaluation.arguments import called
from dblint.interpret.tree.grounds import Grounds
from dblint.interpret.tree.inside import Outermost, outermost
from dblint.interpret.tree.modules import traits_of
from dblint.model.syntax import Binding, Call, Class, Expression, Function, Import, Items, Member, Module, Name

Definition = Class | Function | Import | tuple[Binding, ...]
"""What a name means: a class, a function, an import, or every binding of the name in one scope."""


class Unit:
    """One module with its definitions indexed by scope and name."""

    def __init__(self, module: Module, grounds: Grounds | None = None) -> None:
        self.module = module
        self.path = module.path
        self.grounds = grounds or Grounds()
        self.traits = traits_of(module)
        self.stem = basename(module.path).partition(".")[0]
        self._seen: dict[tuple[str, str], tuple[Definition, str] | None] = {}

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

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters of all functions."""
        return frozenset(parameter.name for function in self.module.functions for parameter in function.parameters)

    @cached_property
    def called(self) -> frozenset[str]:
        """The names of all that is called."""
        return frozenset(called(call) for item in self.outermost for call in item.calls)

    @cached_property
    def keywords(self) -> frozenset[str]:
        """The names of all keywords that calls are given."""
        return frozenset(name for item in self.outermost for call in item.calls for name, _ in call.keywords)

    def close(self) -> None:
        """Let the next look into the module be taken down."""
        self.__class__ = _Closed

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
        by_file = self.traits.bare_members and not self.traits.namespaces
        return self.local("", name) or (self.local(self.stem, name) if by_file else None)

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
        key = scope, name
        if key not in self._seen:
            self._seen[key] = self._lookup(scope, name)
        return self._seen[key]

    def _lookup(self, scope: str, name: str) -> tuple[Definition, str] | None:
        inner = scope
        while True:
            seen = self.traits.bare_members or inner == scope or inner not in self.classes
            if seen and (found := self.local(inner, name)) is not None:
                return found, inner
            if not inner:
                return None
            inner = inner.rpartition(".")[0]


_OUTSIDE = frozenset({"path", "traits", "stem", "grounds", "close", "__class__", "__dict__"})
"""What is known of a module without a look into it."""


class _Closed(Unit):
    """A module that has not been looked into: the first look is taken down and opens it, so that all others cost nothing."""

    def __getattribute__(self, name: str) -> object:
        """Return an attribute."""
        if name not in _OUTSIDE:
            object.__setattr__(self, "__class__", Unit)
            self.grounds.opened(self)
        return object.__getattribute__(self, name)
