"""Packages and aliases of a JavaScript tree: what `@acme/db` and `@/entities` mean, by package.json and tsconfig.json."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import Any

_CONFIGS = ("tsconfig.json", "tsconfig.base.json", "jsconfig.json")
# Comments and trailing commas, which tsconfig.json may have; strings stay as they are.
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*+")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)
_BUILT = re.compile(r"(?:^|(?<=/))(?:dist|build|lib|out)(?=/)")
_ENDING = re.compile(r"(?:\.d)?\.[cm]?[jt]sx?\Z")
_INSTALLED = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_EXTENDED = 4  # files that a configuration may extend, one after the other


class Workspaces:
    """Finds the paths that a module may mean which is neither relative nor a library; `folders` are those that hold code."""

    def __init__(self, files: Callable[[str], str | None], folders: Iterable[str]) -> None:
        self._files = files
        self._folders = frozenset(above for folder in folders for above in _upwards(folder))
        self._aliases: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}
        self._installed: dict[str, frozenset[str] | None] = {}

    def targets(self, importer: str, module: str) -> Iterator[str]:
        """Yield the paths, without an ending, that a module may mean, the likeliest first."""
        for folder in _upwards(dirname(importer)):
            for pattern, replacements in self._of_folder(folder):
                before, star, after = pattern.partition("*")
                if module == pattern if not star else module.startswith(before) and module.endswith(after):
                    middle = module[len(before) : len(module) - len(after)] if star else ""
                    yield from (_ENDING.sub("", replaced.replace("*", middle)) for replaced in replacements)
        for name, folder in self._packages.items():
            if module == name:
                yield from self._entries(folder)
            elif module.startswith(f"{name}/"):
                rest = _ENDING.sub("", module[len(name) + 1 :])
                yield from (join(folder, rest), join(folder, "src", rest), join(folder, _BUILT.sub("src", rest)))
        if module.startswith("@") and self._is_alias(importer, module):
            yield from (join(folder, _ENDING.sub("", module[1:])) for folder in _upwards(dirname(importer)))

    def _is_alias(self, importer: str, module: str) -> bool:
        """Return whether `@entities/user` is no package that is installed: a configuration says it that is not in the tree."""
        manifests = [listed for folder in _upwards(dirname(importer)) if (listed := self._listed(folder)) is not None]
        return bool(manifests) and not any("/".join(module.split("/")[:2]) in listed for listed in manifests)

    def _listed(self, folder: str) -> frozenset[str] | None:
        """Return the packages that a folder's package.json wants installed, None where there is none."""
        if folder not in self._installed:
            manifest = self._read(join(folder, "package.json"))
            listed = (each for key in _INSTALLED if isinstance(each := manifest.get(key), dict))
            self._installed[folder] = frozenset[str]().union(*listed) if manifest else None
        return self._installed[folder]

    @cached_property
    def _packages(self) -> dict[str, str]:
        """The folders of the tree's own packages by their names, the longest first."""
        found = {}
        for folder in self._folders:
            name = self._read(join(folder, "package.json")).get("name")
            if isinstance(name, str) and name:
                found[name] = folder
        return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))

    def _entries(self, folder: str) -> Iterator[str]:
        """Yield the files that a package may give: what is built of `src` is looked for there."""
        package = self._read(join(folder, "package.json"))
        for key in ("source", "main", "module", "types", "typings"):
            written = package.get(key)
            if isinstance(written, str):
                bare = _ENDING.sub("", normpath(written))
                yield from (join(folder, bare), join(folder, _BUILT.sub("src/", bare + "/").strip("/").replace("//", "/")))
        exported = package.get("exports")
        root = exported.get(".", exported) if isinstance(exported, dict) else exported
        for value in root.values() if isinstance(root, dict) else [root]:
            if isinstance(value, str):
                bare = _ENDING.sub("", normpath(value))
                yield from (join(folder, bare), join(folder, _BUILT.sub("src/", bare + "/").strip("/").replace("//", "/")))
        yield from (join(folder, stem) for stem in ("src/index", "index", "lib/index", "src/main"))

    def _of_folder(self, folder: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the aliases that the configurations of a folder give: pattern and what it stands for."""
        if folder not in self._aliases:
            self._aliases[folder] = tuple(each for name in _CONFIGS for each in self._configured(join(folder, name), _EXTENDED))
        return self._aliases[folder]

    def _configured(self, path: str, left: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        written = self._read(path)
        options = written.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        base, paths = options.get("baseUrl"), options.get("paths")
        root = normpath(join(dirname(path), base)) if isinstance(base, str) else dirname(path)
        for pattern, targets in paths.items() if isinstance(paths, dict) else ():
            listed = [target for target in targets if isinstance(target, str)] if isinstance(targets, list) else []
            yield pattern, tuple(normpath(join(root, target)) for target in listed)
        if isinstance(base, str):
            yield "*", (normpath(join(root, "*")),)
        extended = written.get("extends")
        if isinstance(extended, str) and extended.startswith(".") and left:
            above = normpath(join(dirname(path), extended))
            yield from self._configured(above if above.endswith(".json") else f"{above}.json", left - 1)

    def _read(self, path: str) -> dict[str, Any]:
        """Return an object of JSON, comments allowed; empty for anything else."""
        text = self._files(path)
        if text is None:
            return {}
        try:
            found = json.loads(_COMMENT.sub(lambda match: match[1] or "", text.lstrip("\ufeff")))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _upwards(folder: str) -> Iterator[str]:
    """Yield a folder and those around it; the root is empty."""
    while folder:
        yield folder
        folder = dirname(folder)
    yield ""
