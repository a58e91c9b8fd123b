"""A mapping document of NHibernate as common syntax facts; it needs no grammar."""

from dblint.languages import hbm
from dblint.languages.mappings import read_as
from dblint.model.syntax import Module


def read(path: str, text: str) -> Module:
    """The classes that a document maps."""
    return read_as("nhibernate", "NHibernate.Mapping", path, text, hbm.entities)
