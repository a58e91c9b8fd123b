"""Which files see each other's names without an import: those of one program, and of the packages it takes from the tree."""

import re
from collections.abc import Callable
from posixpath import basename, dirname, normpath

from dblint.interpret.tree.modules import traits_of
from dblint.model.syntax import Module

# `gem "shared", path: "../shared"`, `{:shared, path: "../shared"}`, `{"type": "path", "url": "../shared"}`
_TAKEN = re.compile(r"""\bpath:\s*["']([^"'\n]+)["']|"url"\s*:\s*"(\.[^"\n]*)"|^\s*path\s+["']([^"'\n]+)["']""", re.MULTILINE)

# `{:shared, path: lib("shared")}`, `gem "shared", path: File.join(LIBS, "shared")`: the folder, which is called so, is computed
_COMPUTED = re.compile(r"""(?:\{\s*:|\bgem\s+["'])([\w\-]+)["']?\s*,[^{}\n]*\bpath:\s*(?!["'\s])""")


class Visibility:
    """Answers by the manifests (`Gemfile`, `composer.json`, `mix.exs`) of the folders around two files."""

    def __init__(self, files: Callable[[str], str | None]) -> None:
        self._files = files
        self._homes: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self._programs: dict[tuple[str, tuple[str, ...]], str | None] = {}
        self._between: dict[tuple[str, str, tuple[str, ...]], bool] = {}
        self._taken: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        self._named: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}

    def sees(self, one: Module, other: Module) -> bool:
        """Return whether a file may use what another defines: not if that belongs to another program of the tree."""
        mine, manifests = self.program(one)
        theirs = self._around(other.path, manifests) if manifests else None
        if mine == theirs or theirs is None:
            return True
        if mine is None:
            return False
        key = (mine, theirs, manifests)
        if key not in self._between:
            self._between[key] = self._reaches(mine, theirs, manifests)
        return self._between[key]

    def _reaches(self, mine: str, theirs: str, manifests: tuple[str, ...]) -> bool:
        """Return whether the code of a program may use what another defines."""
        # an engine inside of an application, or the application around an engine
        if _holds(mine, theirs) or _holds(theirs, mine):
            return True
        if any(_holds(folder, theirs) or _holds(theirs, folder) for folder in self._packages(mine, manifests)):
            return True
        return basename(theirs) in self._computed(mine, manifests)

    def program(self, module: Module) -> tuple[str | None, tuple[str, ...]]:
        """Return the folder of the program that a file belongs to, None if it belongs to none, and what its manifests are."""
        manifests = traits_of(module).manifests
        return self._around(module.path, manifests) if manifests else None, manifests

    def _around(self, path: str, manifests: tuple[str, ...]) -> str | None:
        key = (path, manifests)
        if key not in self._programs:
            self._programs[key] = self._home(dirname(path), manifests)
        return self._programs[key]

    def _home(self, folder: str, manifests: tuple[str, ...]) -> str | None:
        """Return the nearest folder above with a manifest, None if there is none."""
        key = (folder, manifests)
        if key not in self._homes:
            if any(self._files(f"{folder}/{name}" if folder else name) is not None for name in manifests):
                self._homes[key] = folder
            else:
                self._homes[key] = self._home(dirname(folder), manifests) if folder else None
        return self._homes[key]

    def _packages(self, home: str, manifests: tuple[str, ...]) -> tuple[str, ...]:
        """Return the folders of the tree whose packages a program takes by their path."""
        key = (home, manifests)
        if key not in self._taken:
            texts = self._texts(home, manifests)
            written = [next(filter(None, found)) for text in texts for found in _TAKEN.findall(text) if any(found)]
            if manifests == ("mix.exs",) and self._in_umbrella(home):  # its apps are compiled, and mostly released, together
                written.append("..")
            self._taken[key] = tuple(normpath(f"{home}/{path.rstrip('/*')}" if home else path.rstrip("/*")) for path in written)
        return self._taken[key]

    def _computed(self, home: str, manifests: tuple[str, ...]) -> frozenset[str]:
        """Return the packages that a program takes by a path which its manifest computes."""
        key = (home, manifests)
        if key not in self._named:
            self._named[key] = frozenset(name for text in self._texts(home, manifests) for name in _COMPUTED.findall(text))
        return self._named[key]

    def _texts(self, home: str, manifests: tuple[str, ...]) -> list[str]:
        return [self._files(f"{home}/{name}" if home else name) or "" for name in manifests]

    def _in_umbrella(self, home: str) -> bool:
        """Return whether a folder is an app of an umbrella: https://hexdocs.pm/mix/Mix.Project.html, `apps_path`."""
        above = dirname(dirname(home))
        root = self._files(f"{above}/mix.exs" if above else "mix.exs") if "/" in home else None
        return root is not None and "apps_path" in root


def _holds(folder: str, inner: str) -> bool:
    return not folder or inner == folder or inner.startswith(folder + "/")
