"""One dblint.yaml, read and checked; every mistake is collected with the place of the node that it is about."""

import os
from collections.abc import Sequence
from pathlib import Path

from dblint.config.checks import Complaint, check
from dblint.config.document import MAX_BYTES, DocumentError, Node, documents
from dblint.config.folders import AND, apart
from dblint.config.model import Configuration, ConfigurationError, Mistake
from dblint.engine.installation import identity
from dblint.engine.keys import key
from dblint.engine.memory import FORGETFUL, Memory
from dblint.engine.recall import recalled


def read(file: Path, root: Path, base: Path, remembered: Memory = FORGETFUL) -> Configuration:
    """The configuration in `file`, whose paths are relative to `base`, turned into paths relative to `root`.

    What a file without mistakes says is `remembered`: pydantic takes longer to load than a file to read. Whether its folders
    are there is looked at each time.

    Raises:
        ConfigurationError: with every mistake in the file.
    """
    root, base = root.resolve(), base.resolve()
    name = _name(file, root)
    data = _bytes(file, name)
    document = apart(_document(data, name), base)
    complaints = list(check(document, base))

    def made(_: object) -> Configuration:
        from dblint.config.conversion import Places, checked, converted  # noqa: PLC0415 - pydantic costs 80 ms

        keys, misfits = checked(document)
        if keys is None or complaints:
            raise _error(name, (*complaints, *misfits))
        return converted(keys, Places(name, document, root, base))

    # A path of several folders says one thing or another with the folders that are there.
    sure = not complaints and AND.encode() not in data
    places = (part.encode("utf-8", "surrogateescape") for part in (name, str(root), str(base)))
    said = key((identity().encode(), data, *places)) if sure else ""
    return recalled(remembered, said, Configuration, lambda _path, _question: None, made)


def _name(file: Path, root: Path) -> str:
    """How messages call the file: relative to the scanned root where it is near."""
    path = Path(os.path.relpath(file.resolve(), root)).as_posix()
    return file.as_posix() if path.startswith("../../") else path


def _error(name: str, complaints: Sequence[Complaint]) -> ConfigurationError:
    """The mistakes in the order of the file, each once."""
    mistakes = {Mistake(name, node.line, node.column, message) for node, message in complaints}
    return ConfigurationError(tuple(sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column, mistake.message))))


def _bytes(file: Path, name: str) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError:
        raise ConfigurationError((Mistake(name, 1, 1, "cannot be read"),)) from None


def _document(data: bytes, name: str) -> Node:
    """The root mapping of a file's text."""
    try:
        roots = documents(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        mistake = Mistake(name, 1, 1, "is not UTF-8 text")
    except DocumentError as error:
        mistake = Mistake(name, error.line, error.column, error.message)
    else:
        if not roots or roots[0].empty:
            mistake = Mistake(name, 1, 1, "is empty: at least `version: 1` is needed")
        elif len(roots) > 1:
            mistake = Mistake(name, roots[1].line, roots[1].column, "holds a second YAML document")
        elif roots[0].kind != "mapping":
            mistake = Mistake(
                name, roots[0].line, roots[0].column, "must be a mapping of keys such as `version` and `services`"
            )
        else:
            return roots[0]
    raise ConfigurationError((mistake,))
