"""A mapping document of Java's persistence as common syntax facts; it needs no grammar."""

from collections.abc import Iterator

from dblint.languages import hbm
from dblint.languages.elements import Element
from dblint.languages.hibernate import orm
from dblint.languages.mappings import Mapped, read_as
from dblint.model.syntax import Module


def read(path: str, text: str) -> Module:
    """The classes that a document maps."""
    return read_as("hibernate", "jakarta.persistence", path, text, _entities)


def _entities(root: Element) -> Iterator[Mapped]:
    return hbm.entities(root) if root.name == "hibernate-mapping" else orm.entities(root)
