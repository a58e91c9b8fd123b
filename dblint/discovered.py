"""The services and files of a tree, remembered for as long as its paths and what detection reads of its files are the same."""

from dataclasses import replace
from pathlib import Path

import msgspec

from dblint.config.model import Configuration
from dblint.discover.libraries import IMPORTED
from dblint.discover.listing import Listing, Question
from dblint.discover.roles import GENERATED, LICENSED, PUBLISHED
from dblint.engine.installation import identity
from dblint.engine.keys import key
from dblint.engine.memory import Memory
from dblint.engine.recall import Answering, recalled
from dblint.model.tree import SourceFile, Tree

_QUESTIONS = {question.name: question for question in (GENERATED, LICENSED, PUBLISHED, IMPORTED)}


def discovered(root: Path, configuration: Configuration, listing: Listing, remembered: Memory) -> Tree:
    """Return what `discover` finds in a listed folder.

    Raises:
        DiscoveryError: if `root` does not exist or is not a folder.
    """

    def made(ask: Answering) -> Tree:
        from dblint.discover.tree import discover  # noqa: PLC0415 - much code, and often nothing of it is needed

        def answering(path: str, question: Question) -> str:
            name = question.name if question.name in _QUESTIONS else ""  # any other is answered by the text
            found = ask(path, f"{question.limit} {name}") or ""
            return found if name else question.answer(found)

        return discover(root, configuration, replace(listing, answering=answering))

    def said(path: str, question: str) -> str:
        limit, _, name = question.partition(" ")
        return listing.says(path, _QUESTIONS[name]) if name else listing.text(path, int(limit))

    tree = recalled(remembered, _name(configuration, listing) if remembered.usable else "", Tree, said, made)

    def sized(file: SourceFile) -> SourceFile:
        size = listing.sizes[file.path]
        return file if file.size == size else msgspec.structs.replace(file, size=size)

    # what no name says, as it changes with every edit
    return msgspec.structs.replace(
        tree, root=str(root), files=tuple(map(sized, tree.files)), unread_files=tuple(map(sized, tree.unread_files))
    )


def _name(configuration: Configuration, listing: Listing) -> str:
    """Return what a tree is remembered under: all that it depends on but the texts that detection reads."""
    encode = msgspec.msgpack.Encoder(order="deterministic").encode  # the order of sets differs from process to process
    facts = (
        listing.root.resolve().name,
        (listing.root / ".git").exists(),
        [(path, listing.is_large(path)) for path in listing.paths],
        listing.problems,
        listing.executable,
        listing.repositories,
    )
    return key((identity().encode(), b"tree", encode(configuration), encode(facts)))
