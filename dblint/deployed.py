"""What deployment and configuration files set, remembered for as long as they and the services are the same."""

from collections.abc import Callable

import msgspec

from dblint.connections.model import Settings
from dblint.connections.sources import with_sources
from dblint.engine.installation import identity
from dblint.engine.keys import key
from dblint.engine.memory import Memory
from dblint.engine.recall import Answering, recalled
from dblint.model.tree import Tree


def deployed(tree: Tree, text_of: Callable[[str], str | None], remembered: Memory) -> Settings:
    """Return the settings of every service; `text_of` gives the text of a file, None where there is none to read."""

    def made(ask: Answering) -> Settings:
        from dblint.connections.reading import written  # noqa: PLC0415 - much code, and often nothing of it is needed

        return written(tree, lambda path: ask(path, ""))

    name = _name(tree) if remembered.usable else ""
    known = recalled(remembered, name, Settings, lambda path, _: text_of(path), made)
    return with_sources(known, tree, text_of)


def _name(tree: Tree) -> str:
    """Return what settings are remembered under: all of the tree that they are read by."""
    facts = (tree.services, tree.started, tree.configuration_files)
    encode = msgspec.msgpack.Encoder(order="deterministic").encode
    return key((identity().encode(), b"settings", encode(facts)))
