"""A mapping document of Java's persistence as common syntax facts; it needs no grammar."""

from dblint.languages import hbm
from dblint.languages.elements import DocumentError, root_of
from dblint.languages.hibernate import orm
from dblint.languages.mappings import module
from dblint.model.syntax import Module


def read(path: str, text: str) -> Module:
    """The classes that a document maps."""
    try:
        root = root_of(text)
    except DocumentError as error:
        return Module(path, "hibernate", broken=((error.line, error.line),))
    found = hbm.entities(root) if root.name == "hibernate-mapping" else orm.entities(root)
    return module(path, "hibernate", "jakarta.persistence", found)
