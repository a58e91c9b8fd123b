"""Which file of the tree an import means: by dotted path, by relative path or by folder, as the language has it."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from posixpath import commonpath, dirname, join, normpath

from dblint.interpret.tree.crates import Crates
from dblint.interpret.tree.packages import packages_around
from dblint.interpret.tree.workspaces import Workspaces
from dblint.languages.traits import TRAITS, Traits
from dblint.model.place import in_common
from dblint.model.syntax import Module

_NONE = Traits("", ())
_FORGES = frozenset({"github.com", "gitlab.com", "bitbucket.org"})
_REPOSITORY = 3
"""How many parts of a module's path name its repository there: host, owner and name."""


def traits_of(module: Module) -> Traits:
    """Return the traits of a module's language."""
    return TRAITS.get(module.language, _NONE)


class ModuleFiles:
    """Resolves imports to files; `libraries` are packages that are not the tree's own."""

    def __init__(
        self,
        modules: Iterable[Module],
        libraries: frozenset[str],
        files: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._traits = {module.path: traits_of(module) for module in modules}
        self._libraries = libraries
        self._endings = tuple(dict.fromkeys(ending for traits in self._traits.values() for ending in traits.endings))
        self._index = tuple(dict.fromkeys(stem for traits in self._traits.values() for stem in traits.index))
        self._by_last: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._folders: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._found: dict[tuple[str, str], str | None] = {}
        self._workspaces = Workspaces(files, {dirname(path) for path, each in self._traits.items() if each.modules == "path"})
        folders = {dirname(path) for path, each in self._traits.items() if each.modules == "folder"}
        self._roots = dict(_module_roots(folders, files))
        self._crates = Crates(files, {dirname(path) for path, each in self._traits.items() if each.family == "rust"})
        for path, traits in self._traits.items():
            dotted = dotted_path(path, traits)
            self._by_last[dotted.rpartition(".")[2]].append((dotted, path))
            if traits.modules == "folder":
                folder = dirname(path)
                self._folders[folder.rpartition("/")[2]].append((folder, path))

    def of(self, importer: str, module: str) -> str | None:
        """Return the file that `module` means inside `importer`, or None when it is not in the tree.

        Of a folder that is one package it is the first file. Absolute dotted paths match the end of a file's dotted path; of
        several, the one nearest to the importer wins. A module of one component must lie in a folder above the importer, or
        be the only package of that name.
        """
        key = (importer, module)
        if key not in self._found:
            self._found[key] = self._way(importer, module)(importer, module)
        return self._found[key]

    def together(self, one: str, other: str) -> bool:
        """Return whether two files are parts of one crate; those of other languages are."""
        return self._crates.of(one) == self._crates.of(other)

    def takes(self, one: str, other: str) -> bool:
        """Return whether a file stands in a crate that is built with that of another."""
        return self._crates.takes(one, other)

    def _way(self, importer: str, module: str) -> Callable[[str, str], str | None]:
        modules = self._traits.get(importer, _NONE).modules
        if modules == "folder":
            return self._folder
        if modules == "path":
            return self._path
        return self._relative if module.startswith(".") else self._absolute

    def _relative(self, importer: str, module: str) -> str | None:
        name = module.lstrip(".")
        folder = dirname(importer)
        for _ in range(len(module) - len(name) - 1):
            folder = dirname(folder)
        return self._at("/".join(part for part in (folder, name.replace(".", "/")) if part))

    def _path(self, importer: str, module: str) -> str | None:
        """Return the file of a path: `./a` and `../a` from the importer, anything else by the end of a file's path."""
        if module.startswith("."):
            found = self._at(normpath(join(dirname(importer), module)))
            return found or self._at(normpath(join(dirname(importer), _bare(module))))
        for target in self._workspaces.targets(importer, module):
            if found := self._at(target):
                return found
        # `@/entities/user`, `~/db`, `src/db`: aliases of a folder above, which a bundler or the compiler resolves.
        written = module.lstrip("@~/") if module[:2] in ("@/", "~/") or module.startswith(("/", "src/", "~")) else module
        if written == module and not module.startswith("src/") and not _is_workspace(module):
            return None
        return self._absolute(importer, _bare(written).replace("/", "."))

    def _at(self, target: str) -> str | None:
        """Return the file of a path without its ending, or the file that stands for the folder of that name."""
        if target in self._traits:
            return target
        for ending in self._endings:
            if target + ending in self._traits:
                return target + ending
        for stem in self._index:
            for ending in self._endings:
                if f"{target}/{stem}{ending}" in self._traits:
                    return f"{target}/{stem}{ending}"
        return None

    def _folder(self, importer: str, module: str) -> str | None:
        """Return a file of the folder whose path ends as the module's does, in at least two parts where it has as many."""
        wanted = module.strip("/").split("/")
        for end in range(len(wanted), 0, -1):
            root = self._roots.get("/".join(wanted[:end]))
            if root is not None:
                exact = "/".join(part for part in (root, *wanted[end:]) if part)
                return min(
                    (path for folder, path in self._folders.get(exact.rpartition("/")[2], ()) if folder == exact), default=None
                )
        best: tuple[int, int, int, str] | None = None
        foreign = "." in wanted[0] and self._root_of(importer) is not None  # another module's, unless the whole path agrees
        for folder, path in self._folders.get(wanted[-1], ()):
            parts = folder.split("/")
            inside = folder.removeprefix(self._root_of(path) or "").strip("/").count("/") + 1
            same = 0
            while same < min(len(parts), len(wanted)) and parts[-1 - same] == wanted[-1 - same]:
                same += 1
            if same < len(parts) and same < (max(inside, 2) if foreign else 2) and len(wanted) > 2:
                continue
            if foreign and same < min(len(wanted), 2):
                continue  # `pkg/gorm` of the tree is not `gorm.io/gorm`
            if foreign and wanted[0] in _FORGES and len(wanted) - same < _REPOSITORY:
                continue  # a part of the path says which repository, and that is another one
            rank = (same, in_common(folder, dirname(importer)), -len(path), path)
            best = max(best, rank) if best else rank
        return best[3] if best else None

    def _root_of(self, path: str) -> str | None:
        """Return the folder of the Go module that a file lies in, None where no `go.mod` says it."""
        above = [root for root in self._roots.values() if not root or path.startswith(f"{root}/")]
        return max(above, key=len, default=None)

    def _absolute(self, importer: str, module: str) -> str | None:
        if (crate := self._crates.target(module)) is not None and self._traits[importer].family == "rust":
            return self._at(crate)
        folder = dirname(importer)
        matches = []
        for dotted, path in self._by_last.get(module.rpartition(".")[2], ()):
            if dotted != module and not dotted.endswith("." + module):
                continue
            root = dotted[: -len(module)].rstrip(".").replace(".", "/")
            if f"{root}/__init__.py" in self._traits and not packages_around(module).isdisjoint(self._libraries):
                continue  # `db/sqlalchemy/` inside a package is not what `import sqlalchemy` means
            above = not root or folder == root or folder.startswith(root + "/")
            shared = len(commonpath([root, folder])) if root and folder else 0
            matches.append((above, shared, -len(path), path, path.endswith("__init__.py")))
        if not matches:
            return None
        matches.sort(reverse=True)
        best = matches[0]
        if best[0] or "." in module or (len(matches) == 1 and best[4]):
            return best[3]
        return None


_MODULE = re.compile(r"^module[ \t]+\"?([^\s\"]+)", re.MULTILINE)


def _module_roots(folders: Iterable[str], files: Callable[[str], str | None]) -> Iterator[tuple[str, str]]:
    """Yield (path, folder) of every Go module that holds one of the folders, as its `go.mod` names it."""
    above = {str(each) for folder in folders for each in (PurePosixPath(folder), *PurePosixPath(folder).parents)}
    for folder in sorted(above):
        text = files("go.mod" if folder == "." else f"{folder}/go.mod")
        if text is not None and (found := _MODULE.search(text)):
            yield found.group(1), "" if folder == "." else folder


def dotted_path(path: str, traits: Traits) -> str:
    """Return the dotted form of a file's path: `a/b/__init__.py` is `a.b`."""
    stem = path.rsplit(".", 1)[0].replace("/", ".")
    for index in traits.index:
        stem = stem.removesuffix(f".{index}")
    return stem


def nearest(path: str, others: Iterable[str]) -> str | None:
    """Return the path that has the most leading folders in common with another; of several the last by name."""
    known = others if isinstance(others, dict | list) else list(others)
    if len(known) < 2 or path in known:
        return path if path in known else next(iter(known), None)
    folder = path.rpartition("/")[0]
    while folder:
        inside = [other for other in known if other.startswith(f"{folder}/")]
        if inside:
            return max(inside)
        folder = folder.rpartition("/")[0]
    return max(known, default=None)


def all_nearest(path: str, others: Iterable[str]) -> list[str]:
    """Return the paths that have the most leading folders in common with another."""
    counts = {other: in_common(path, other) for other in others}
    return [other for other, count in counts.items() if count == max(counts.values())]


def _bare(module: str) -> str:
    """Return a path without the ending of a JavaScript file, which may stand for that of a TypeScript one."""
    for ending in (".js", ".mjs", ".cjs", ".jsx", ".ts"):
        if module.endswith(ending):
            return module[: -len(ending)]
    return module


def _is_workspace(module: str) -> bool:
    """Return whether a package may be one of the tree's own: `@acme/db/user`, never a bare `lodash`."""
    return module.startswith("@") and module.count("/") >= 2
