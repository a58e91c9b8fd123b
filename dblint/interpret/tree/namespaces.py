"""Names in namespaces: which of the classes of one name a file means, and the directives that a whole project shares.

Source: C# language specification, 7.8 (namespace and type names) and 14.5 (using directives).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from posixpath import dirname

from msgspec.structs import replace

from dblint.interpret.tree.modules import traits_of
from dblint.model.syntax import Import, Module

GLOBAL = "global"
"""The scope of an import that every file of its project sees."""


def with_global_imports(modules: Iterable[Module]) -> Iterator[Module]:
    """Yield the modules, each with the imports that files in folders above share with their projects."""
    known = list(modules)
    shared: defaultdict[str, list[Import]] = defaultdict(list)
    for module in known:
        shared[dirname(module.path)] += [replace(item, scope="") for item in module.imports if item.scope == GLOBAL]
    if not any(shared.values()):
        yield from known
        return
    for module in known:
        added = [item for folder in _above(module.path) for item in shared.get(folder, ())]
        yield replace(module, imports=(*module.imports, *added)) if added and traits_of(module).namespaces else module


def closeness(module: Module, namespace: str) -> int:
    """Return how near a namespace is to a file: the parts it shares with its own, 0 if imported, -1 if out of sight."""
    own = module.namespace
    if not namespace or own == namespace or own.startswith(namespace + "."):
        return len(namespace.split(".")) + 1 if namespace else 1
    if any(item.name == "*" and item.module == namespace for item in module.imports):
        return 0
    return -1


def meant(module: Module, written: str) -> frozenset[str]:
    """Return the namespaces that a qualifier (`Models` in `Models.Order`) can mean: what is around the file may be left out."""
    parts = module.namespace.split(".") if module.namespace else []
    aliased = [f"{item.module}.{item.member}" for item in module.imports if item.name == written and item.member]
    inside = (".".join((*parts[:count], written)) for count in range(len(parts) + 1))
    return frozenset((*inside, *aliased))


def _above(path: str) -> Iterator[str]:
    folder = dirname(path)
    while folder:
        yield folder
        folder = dirname(folder)
    yield ""
