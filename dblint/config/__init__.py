"""The declared configuration: `dblint.yaml` in, `Configuration` or every mistake with its place out.

Neither pydantic nor PyYAML is imported before a file is read.
"""

from pathlib import Path

from dblint.config.model import (
    Accepted,
    Agreement,
    Allowance,
    Configuration,
    ConfigurationError,
    DatabaseEntry,
    Mistake,
    PairSeverity,
    RuleSetting,
    ServiceEntry,
    WrapperFunction,
)
from dblint.engine.memory import FORGETFUL, Memory
from dblint.model.system import Deprecation

__all__ = [
    "Accepted",
    "Agreement",
    "Allowance",
    "Configuration",
    "ConfigurationError",
    "DatabaseEntry",
    "Deprecation",
    "Mistake",
    "PairSeverity",
    "RuleSetting",
    "ServiceEntry",
    "WrapperFunction",
    "effective",
    "find",
    "load",
    "places",
    "schema",
]

NAMES = ("dblint.yaml", ".dblint.yaml")


def find(root: Path) -> Path | None:
    """The configuration file of `root`: in it, or in the nearest folder above it up to the root of its git work tree."""
    return next((candidate for candidate in places(root) if candidate.is_file()), None)


def places(root: Path) -> tuple[Path, ...]:
    """Where the configuration of `root` may be, the first one that is there counts."""
    root = root.absolute()
    folders = [root, *root.parents]
    top = next((index for index, folder in enumerate(folders) if (folder / ".git").exists()), 0)
    return tuple(folder / name for folder in folders[: top + 1] for name in NAMES)


def load(path: Path | None, root: Path, remembered: Memory = FORGETFUL) -> Configuration:
    """The configuration in `path`, or in the file that `find` finds, or the defaults where there is none.

    Paths in a file given by name are relative to `root`; in a file that was found they are relative to its folder. What is
    `remembered` of a file is not worked out again.

    Raises:
        ConfigurationError: with every mistake in the file.
    """
    file = path or find(root)
    if file is None:
        return Configuration()
    from dblint.config.reading import read  # noqa: PLC0415 - pydantic and PyYAML cost 80 ms, also for --help

    return read(file, root, root if path else file.parent, remembered)


def schema() -> dict[str, object]:
    """The JSON Schema of dblint.yaml."""
    from dblint.config.keys import FileKeys  # noqa: PLC0415 - as above

    document: dict[str, object] = FileKeys.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document, "title": "dblint.yaml"}


def effective(configuration: Configuration) -> str:
    """The effective values as YAML, in the form of dblint.yaml; a database is shown without user and password."""
    from dblint.config.writing import write  # noqa: PLC0415 - as above

    return write(configuration)
