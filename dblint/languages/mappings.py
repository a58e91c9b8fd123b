"""Mappings of classes to tables that stand in files of their own: each class as if it carried the annotations.

The words are those of Jakarta Persistence, which Doctrine shares; `dblint/interpret/mapping/outside.py` puts them on the class.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from dblint.languages.elements import DocumentError, Element, root_of
from dblint.model.syntax import Binding, Call, Class, Expression, Import, Literal, Module, Name, Text


@dataclass(slots=True)
class Mapped:
    """A class that a document maps; `whole` if the fields that it leaves out are not stored."""

    name: str
    namespace: str
    line: int
    end: int
    whole: bool
    base: str = ""
    decorators: list[Expression] = field(default_factory=list)
    fields: list[Binding] = field(default_factory=list)
    classes: dict[str, str] = field(default_factory=dict)

    def annotate(self, name: str, line: int, /, **keywords: Expression | str | None) -> None:
        """Put an annotation on the class."""
        self.decorators.append(annotation(name, line, **keywords))

    def add(self, name: str, line: int, *annotations: Expression) -> None:
        """Add a field with its annotations."""
        self.fields.append(Binding(name, self.name, ":", None, line, Name("object", line), annotations))

    def type(self, written: str, line: int) -> Name | None:
        """Return a class by its name, whose namespace is remembered; None if none is written."""
        namespace, name = split(written)
        if namespace and name:
            self.classes[name] = namespace
        return Name(name, line) if name else None


def annotation(name: str, line: int, /, **keywords: Expression | str | None) -> Expression:
    """Return `@name(keywords)`; keywords with no value or an empty one are left out."""
    written = [(key, Text(value, line) if isinstance(value, str) else value) for key, value in keywords.items() if value]
    return Call(Name(name, line), (), tuple(written), line)


def split(written: str) -> tuple[str, str]:
    """Return the namespace and the name of a class, the assembly of .NET left out."""
    path = written.partition(",")[0].strip().replace("\\", ".").replace("$", ".").strip(".")
    namespace, _, name = path.rpartition(".")
    return namespace, name


def read_as(language: str, library: str, path: str, text: str, entities: Callable[[Element], Iterable[Mapped]]) -> Module:
    """Return the facts of a mapping document; `library` is where the annotations of its `entities` come from."""
    try:
        mapped = list(entities(root_of(text)))
    except DocumentError as error:
        return Module(path, language, broken=((error.line, error.line),))
    said = [item for each in mapped for item in (*each.decorators, *(item for one in each.fields for item in one.decorators))]
    names = _names(said)
    known = {name: namespace for each in mapped for name, namespace in each.classes.items()}
    return Module(
        path,
        language,
        imports=(
            *(Import(name, library, name, "", 1) for name in sorted(names)),
            *(Import(name, namespace, name, "", 1) for name, namespace in sorted(known.items())),
        ),
        classes=tuple(_class(each) for each in mapped),
        bindings=tuple(binding for each in mapped for binding in each.fields),
    )


def _class(mapped: Mapped) -> Class:
    keywords = (("namespace", Text(mapped.namespace, mapped.line)), ("whole", Literal(mapped.whole, mapped.line)))
    bases = (Name(mapped.base, mapped.line),) if mapped.base else ()
    return Class(mapped.name, "", bases, keywords, tuple(mapped.decorators), mapped.line, max(mapped.end, mapped.line))


def _names(annotations: Sequence[Expression]) -> set[str]:
    functions = (getattr(item, "function", item) for item in annotations)
    return {function.name for function in functions if isinstance(function, Name)}
