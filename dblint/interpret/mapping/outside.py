"""Mappings that stand outside the classes they are about, put on these classes as if they were annotated.

They come from documents (`Order.hbm.xml`, `orm.xml`) and from classes made for it (NHibernate's `ClassMap<Order>`). A class
that the tree does not hold is described by the document alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname

import msgspec
from msgspec.structs import replace

from dblint.interpret.specific import classmaps
from dblint.interpret.tree.modules import nearest
from dblint.languages.traits import MAPPING_DOCUMENTS
from dblint.model.syntax import Binding, Class, Expression, Import, Literal, Module, Name, Text


class Outside(msgspec.Struct, frozen=True):
    """What is said of a class elsewhere; with `whole`, its other fields are not stored."""

    path: str
    name: str
    namespace: str
    decorators: tuple[Expression, ...]
    fields: tuple[Binding, ...]
    imports: tuple[Import, ...]
    whole: bool


def described(modules: Iterable[Module]) -> list[Module]:
    """Return modules whose classes carry what mappings elsewhere say of them; what a class says itself counts less."""
    known = list(modules)
    found = [each for module in known for each in _said(module)]
    if not found:
        return known
    holders: defaultdict[str, dict[str, Module]] = defaultdict(dict)
    for module in known:
        if module.language not in MAPPING_DOCUMENTS:
            for definition in module.classes:
                holders[definition.name][module.path] = module
    said: defaultdict[str, list[Outside]] = defaultdict(list)
    placed: set[tuple[str, str]] = set()
    for each in found:
        path = _holder(each, holders.get(each.name, {}))
        if path:
            said[path].append(each)
            placed.add((each.path, each.name))
    return [
        _without(module, placed) if module.language in MAPPING_DOCUMENTS else _with(module, said[module.path])
        for module in known
    ]


def _said(module: Module) -> Iterator[Outside]:
    if module.language not in MAPPING_DOCUMENTS:
        if module.language == "csharp":
            for name, decorators, fields in classmaps.mappings(module):
                words = {_name(item) for item in (*decorators, *(each for one in fields for each in one.decorators))}
                imports = tuple(Import(word, classmaps.LIBRARY, word, "", 1) for word in sorted(words))
                yield Outside(module.path, name, "", decorators, fields, imports, whole=True)
        return
    for definition in module.classes:
        keywords = dict(definition.keywords)
        space, whole = keywords.get("namespace"), keywords.get("whole")
        fields = tuple(each for each in module.bindings if each.scope == definition.qualified)
        yield Outside(
            module.path,
            definition.name,
            space.value if isinstance(space, Text) else "",
            definition.decorators,
            fields,
            module.imports,
            whole=isinstance(whole, Literal) and whole.value is True,
        )


def _holder(said: Outside, holders: Mapping[str, Module]) -> str | None:
    """Return the file of the class that is meant: of its namespace where any is, the nearest of several."""
    inside = {path for path, module in holders.items() if said.namespace and _is_in(module, said.namespace)}
    if said.namespace and not inside and not all(_says_nothing(module) for module in holders.values()):
        inside = {path for path, module in holders.items() if not _says_nothing(module) and module.namespace == said.namespace}
    return nearest(said.path, inside or holders)


def _is_in(module: Module, namespace: str) -> bool:
    folders = dirname(module.path).replace("/", ".")
    return module.namespace.replace("\\", ".") == namespace or folders.endswith(namespace)


def _says_nothing(module: Module) -> bool:
    return not module.namespace


def _without(module: Module, placed: set[tuple[str, str]]) -> Module:
    """Return a document less the classes that stand in the tree."""
    classes = tuple(each for each in module.classes if (module.path, each.name) not in placed)
    names = {each.qualified for each in classes}
    return replace(module, classes=classes, bindings=tuple(each for each in module.bindings if each.scope in names))


def _with(module: Module, said: list[Outside]) -> Module:
    """Return a module whose classes carry what is said of them elsewhere."""
    for each in said:
        definition = next(item for item in module.classes if item.name == each.name)
        classes = tuple(_annotated(item, each) if item is definition else item for item in module.classes)
        imported = {item.name for item in module.imports}
        module = replace(
            module,
            classes=classes,
            bindings=tuple(_fields(module.bindings, definition, each)),
            imports=(*module.imports, *(item for item in each.imports if item.name not in imported)),
        )
    return module


def _annotated(definition: Class, said: Outside) -> Class:
    names = {_name(item) for item in said.decorators}
    kept = tuple(item for item in definition.decorators if _name(item) not in names)
    return replace(definition, decorators=(*said.decorators, *kept))


def _fields(bindings: tuple[Binding, ...], definition: Class, said: Outside) -> Iterator[Binding]:
    """Yield all bindings of a module, the class's own with what is said of them, and those that it has from elsewhere."""
    scope = definition.qualified
    by_name = {each.target.lower(): each for each in said.fields}
    met: set[str] = set()
    for binding in bindings:
        if binding.scope != scope or "." in binding.target:
            yield binding
        elif (field := by_name.get(binding.target.lower())) is not None:
            met.add(binding.target.lower())
            yield replace(binding, decorators=(*field.decorators, *_modifiers(binding)))
        elif said.whole:
            yield replace(binding, decorators=(*binding.decorators, Name("Transient", binding.line)))
        else:
            yield binding
    for name, field in by_name.items():
        if name not in met:
            yield replace(field, scope=scope, line=definition.line)


def _modifiers(binding: Binding) -> tuple[Expression, ...]:
    return tuple(item for item in binding.decorators if isinstance(item, Name) and item.name in {"static", "const"})


def _name(decorator: Expression) -> str:
    return str(getattr(getattr(decorator, "function", decorator), "name", ""))
