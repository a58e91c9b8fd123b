"""What the rest of dblint must know of a language beyond its syntax: one row per language."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from dblint.model.base import Fact


class Traits(Fact, frozen=True):
    """How names of one language find their definitions.

    `family`: languages whose code can name each other's classes; frameworks are described per family. `endings` are those of
    file names, `index` the stems of files that stand for their folder. `modules` says what an import names: a dotted path
    (`a.b.c`), a path relative to the importing file (`./a/b`), or a folder (a Go package). `shared`: whose classes and
    functions a file sees without an import: those of its own folder, or of the whole tree (the nearest of several).
    `bare_members`: inside a class, fields and methods are named without a receiver. `several_results`: a call gives several
    values, which are no list, so that the first of them is what the call is for. `bare_calls`: a method without arguments
    is called by its name alone, and what a call without arguments gives may as well be an attribute. `ambient`: what libraries
    define is named without an import. `manifests` are the files that make a folder a program of its own, whose shared names end
    there, or that say what an import of a package of the tree means. `full_names`: a class is meant by its
    whole name alone, given in one piece; what methods are called on elsewhere is a call's first argument. `namespaces`: shared
    names are seen from their own namespace, those inside it, and where a star import names it. `query_expressions`: a
    comprehension over a table is a query. `typed`: what a method is called on is known by its type, or is no class of the tree.
    `mixins`: a base may be a call, whose arguments are classes that the class descends from as well. `caseless`: methods and
    functions may be called in other letters than they are declared in.
    """

    family: str
    endings: tuple[str, ...]
    modules: Literal["dotted", "path", "folder"] = "dotted"
    index: tuple[str, ...] = ()
    shared: Literal["", "folder", "tree"] = ""
    bare_members: bool = False
    several_results: bool = False
    bare_calls: bool = False
    ambient: bool = False
    manifests: tuple[str, ...] = ()
    full_names: bool = False
    namespaces: bool = False
    query_expressions: bool = False
    typed: bool = False
    mixins: bool = False
    caseless: bool = False


_NODE = ("package.json", "tsconfig.json", "tsconfig.base.json", "jsconfig.json")

TRAITS: Mapping[str, Traits] = MappingProxyType(
    {
        "csharp": Traits(
            "csharp", (".cs",), shared="tree", bare_members=True, namespaces=True, query_expressions=True, typed=True
        ),
        "doctrine": Traits("php", (".orm.xml", ".dcm.xml"), shared="tree", ambient=True),
        "elixir": Traits(
            "elixir", (".ex", ".exs"), shared="tree", bare_members=True, ambient=True, full_names=True, manifests=("mix.exs",)
        ),
        "go": Traits(
            "go", (".go",), typed=True, modules="folder", shared="folder", several_results=True, manifests=("go.mod",)
        ),
        "hibernate": Traits("jvm", (".hbm.xml", "orm.xml"), shared="folder", bare_members=True),
        "java": Traits("jvm", (".java",), shared="folder", bare_members=True, typed=True),
        "javascript": Traits(
            "javascript", (".js", ".jsx", ".mjs", ".cjs"), modules="path", index=("index",), manifests=_NODE, mixins=True
        ),
        "kotlin": Traits("jvm", (".kt", ".kts"), shared="folder", bare_members=True),
        "mybatis": Traits("jvm", (), shared="folder", bare_members=True),
        "nhibernate": Traits("csharp", (".hbm.xml",), shared="tree", bare_members=True, namespaces=True),
        "php": Traits("php", (".php",), shared="tree", ambient=True, manifests=("composer.json",), caseless=True),
        "prisma": Traits("javascript", (".prisma",), modules="path", manifests=_NODE),
        "python": Traits("python", (".py", ".pyw"), index=("__init__",), mixins=True),
        "ruby": Traits(
            "ruby", (".rb", ".rake"), shared="tree", bare_members=True, bare_calls=True, ambient=True, manifests=("Gemfile",)
        ),
        "rust": Traits("rust", (".rs",), index=("mod", "lib"), shared="tree"),
        "scala": Traits("jvm", (".scala",), shared="folder", bare_members=True, query_expressions=True),
        "shell": Traits("shell", (".sh", ".bash")),
        "typescript": Traits(
            "javascript",
            (".ts", ".tsx", ".mts", ".cts"),
            typed=True,
            modules="path",
            index=("index",),
            manifests=_NODE,
            mixins=True,
        ),
    }
)


def family_of(language: str) -> str:
    """The languages that a language shares frameworks and names with; the language itself if it stands alone."""
    traits = TRAITS.get(language)
    return traits.family if traits else language


# Rust's names are never seen without an import, so that its manifests divide nothing.
MAPPING_DOCUMENTS = frozenset({"hibernate", "nhibernate", "doctrine"})
"""Languages whose files only say of classes elsewhere which tables they are mapped to."""
MANIFESTS = frozenset(name for traits in TRAITS.values() for name in traits.manifests) | {"Cargo.toml"}
"""The files that say what else of a tree a program of theirs sees."""
