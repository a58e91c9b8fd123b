"""A mapping document of NHibernate as common syntax facts; it needs no grammar."""

from dblint.languages import hbm
from dblint.languages.elements import DocumentError, root_of
from dblint.languages.mappings import module
from dblint.model.syntax import Module


def read(path: str, text: str) -> Module:
    """The classes that a document maps."""
    try:
        root = root_of(text)
    except DocumentError as error:
        return Module(path, "nhibernate", broken=((error.line, error.line),))
    return module(path, "nhibernate", "NHibernate.Mapping", hbm.entities(root))
