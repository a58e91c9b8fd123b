"""Which names of a module each of its functions mentions, so that shared code is charged by what is really used of it."""

import re

import msgspec

from dblint.extract.selections import selections
from dblint.languages.traits import TRAITS
from dblint.model.syntax import Function, Item, Module

# `\b(?<!\.)` takes a third less time than `(?<![\w.])`, and every word of a tree is looked at.
_WORD = re.compile(r"\b(?<!\.)([^\W\d]\w*+)(?:\s*+\.\s*+([^\W\d]\w*+))?")
_PATH = re.compile(r"(?<![\w.:])((?:[a-z_]\w*\s*::\s*)+)([^\W\d]\w*)")
_USE = re.compile(r"^[ \t]*(?:pub(?:\([^)\n]*\))?[ \t]+)?use[ \t\n][^;]*;", re.MULTILINE)
_FOREIGN = ("std::", "core::", "alloc::", "tokio::", "self::", "serde::", "serde_json::", "tracing::")
"""What paths of Rust begin with that lead out of the tree, or to the file itself."""
_CLASS = re.compile(r"\b(?<!\.)[A-Z]\w*[a-z]\w*")
_OWN = re.compile(r"(?<![\w.])(?:self|this)\.(\w+(?:\.\w+)?)(?=\s*\()")
_METHOD = re.compile(r"(?<!\w)([A-Z]\w*)(?=\s*(?:<[^<>;(){}]*>\s*)?[(,);])")
"""What C# calls, by itself too, and what it hands on to be called."""
_SELECTED_IN_RUST = re.compile(r"(?:\.|::)\s*([a-z_]\w*)")
_WORDS = re.compile(r"\b([a-z]\w++)")
"""Scala calls methods with a dot, between two values and by an import of all that an object has: each word may name one."""
_PASSED = re.compile(r"\b(?<!\.)[a-z]\w*+(?=\s*+[(,)])")
_CALLED_ON = re.compile(r"(?<![\w.])([a-z]\w*)\s*\.\s*\w+\s*\(")
_COMMENT = re.compile(r"\s*(?://|/\*|\*[\s*/]|#\s)")
_TYPE = re.compile(r"^(?:type\s+|\t)\w+(?=\s+(?:struct|interface)\b)")
"""How Go defines a type, alone or in a group: that is no use of it."""
_TYPE_OF_RUST = re.compile(r"^\s*(?:unsafe\s+)?impl\b.*|^\s*(?:pub(?:\([^)]*\))?\s+)?(?:unsafe\s+)?(?:struct|enum|trait)\s+\w+")
"""How Rust defines a type and begins its methods."""
_LINE_END = re.compile(r"\r\n|\n|\r")


def with_uses(module: Module, text: str) -> Module:
    """Return the module with the names of its imports, functions and classes that each function's lines mention.

    A name that stands only in a string or in a comment inside a function counts too: charging one service too many is the safe
    side of a library. Comments between functions do not: by convention they begin with the name of what follows (Go, JSDoc).
    """
    imported = {item.name.partition(".")[0] for item in module.imports}
    names = set(imported)
    names |= {item.name for item in module.functions if not item.scope}
    names |= {item.name for item in module.classes if not item.scope}
    methods: set[str] = set()
    traits = TRAITS.get(module.language)
    if traits is not None and traits.shared:  # classes are named without being imported
        names |= set(_CLASS.findall(text))
    packages = traits is not None and traits.modules == "folder"
    rust = traits is not None and traits.family == "rust"
    if rust:
        text = _USE.sub(lambda found: "\n" * found[0].count("\n"), text)
    if packages:  # functions of the other files of a package too, called or passed on
        names |= set(_PASSED.findall(text))
    if traits is not None and traits.bare_members:
        methods = {item.name for item in module.functions if item.scope}
        methods |= {
            item.target for item in module.bindings if item.scope and item.scope in {each.qualified for each in module.classes}
        }
        if any(isinstance(base, Item) for item in module.classes for base in item.bases):
            methods |= set(_CALLED_ON.findall(text))  # it may be a field of the generic class that is extended
    scripts = traits is not None and (packages or rust or traits.namespaces)  # no import tells
    if not (names or rust) or not (module.functions or scripts):
        return module
    # A method may be one that a class elsewhere adds to a library's type; in Go and Rust, it tells which methods of a type run.
    scala = module.language == "scala"
    selected = _WORDS if scala else _METHOD if traits is not None and traits.namespaces else None
    selected = _SELECTED_IN_RUST if rust else selected
    lines = _LINE_END.split(text)
    outside = [True] * (len(lines) + 1)
    mentioned = _mentioned_in_rust if rust else _mentioned
    functions = []
    for function in module.functions:
        body = "\n".join(_body(function, module, lines))
        found = mentioned(body, (names | methods) - {function.name})
        called = _without_name(body, function) if selected is _METHOD else body
        chosen = selections(body, imported) if packages else _selections(called, selected)
        functions.append(msgspec.structs.replace(function, uses=(*found, *chosen)))
        for line in range(function.line, min(function.end, len(lines)) + 1):
            outside[line] = False
    defining = _TYPE_OF_RUST if rust else _TYPE
    rest = "\n".join(
        defining.sub("", line) if packages or rust else line
        for number, line in enumerate(lines, start=1)
        if outside[number] and not _names_only(line)
    )
    chosen = selections(rest, ()) if packages else _selections(rest, selected)
    top = (*mentioned(rest, names), *chosen)
    blocks = tuple(
        msgspec.structs.replace(block, uses=mentioned("\n".join(lines[block.line - 1 : block.end]), names | methods))
        for block in module.blocks
    )
    return msgspec.structs.replace(module, functions=tuple(functions), uses=top, blocks=blocks)


def _body(function: Function, module: Module, lines: list[str]) -> list[str]:
    """Return the lines of a function; those of the methods of its class are no part of a constructor that spans the class."""
    body = lines[function.line - 1 : function.end]
    if function.name == "__init__" and len(body) > 1:
        for other in module.functions:
            if other is not function and other.scope == function.scope and other.line > function.line:
                for line in range(other.line, min(other.end, function.end) + 1):
                    body[line - function.line] = ""
    return body


def _without_name(text: str, function: Function) -> str:
    """Return the text of a function less its own name where it is defined, which is no call."""
    return re.sub(rf"(?<![\w.]){re.escape(function.name)}(?=\s*[<(])", "", text, count=1)


def _selections(text: str, selected: re.Pattern[str] | None) -> list[str]:
    """Return the names that a text selects of anything: `.Save`."""
    return sorted({f".{name}" for name in selected.findall(text)}) if selected is not None else []


def _mentioned(text: str, names: set[str]) -> tuple[str, ...]:
    """Return the names in a text, each with the attribute that follows it: `utils.load`, `Repository`."""
    found = {f"{name}.{attribute}" if attribute else name for name, attribute in _WORD.findall(text) if name in names}
    found.update(f"self.{chain}" for chain in _OWN.findall(text))
    return tuple(sorted(found))


def _mentioned_in_rust(text: str, names: set[str]) -> tuple[str, ...]:
    """Return the names in a text of Rust, each with what follows it in a path, and the paths that begin with another name.

    `orders::find` is `orders.find` where the file brings `orders` in; `database::orders::find` names a crate of the workspace
    or a module. Source: https://doc.rust-lang.org/reference/paths.html.
    """
    paths = {"".join(found[0].split()) + found[1] for found in _PATH.findall(text)}
    known = {path for path in paths if path.partition("::")[0] in names}
    followed = {".".join(path.split("::")[:2]) for path in known}
    found = set(_mentioned(_PATH.sub(" ", text), names)) | followed
    found |= {path for path in paths if (path not in known or path.count("::") > 1) and not path.startswith(_FOREIGN)}
    return tuple(sorted(found))


def _names_only(line: str) -> bool:
    """Return whether a line only brings a name in, or says something about it."""
    return line.startswith(("import ", "from ", "class ", "    from ", "    import ")) or bool(_COMMENT.match(line))
