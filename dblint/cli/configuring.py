"""From the arguments of a command to its configuration and rules, with every mistake told at once."""

from pathlib import Path

from dblint.cli.engine import settings
from dblint.cli.errors import CannotRun
from dblint.cli.options import did_you_mean
from dblint.config import Configuration, ConfigurationError, load
from dblint.engine.cache import Cache
from dblint.engine.keys import key
from dblint.engine.memory import Memory
from dblint.judge.rules import Rule
from dblint.judge.rules import load as load_rules


def configured(path: Path, config: Path | None) -> Configuration:
    """The configuration for a folder.

    Raises:
        CannotRun: if the folder is not there, or with every mistake in the configuration.
    """
    if not path.exists():
        raise CannotRun(f"there is no '{path}'{_neighbour(path)}", "give the folder that holds the services")
    if not path.is_dir():
        raise CannotRun(f"'{path}' is not a folder", "dblint judges a whole system: give the folder that holds the services")
    place = key((str(path.absolute()).encode("utf-8", "surrogateescape"),))
    remembered = Memory(Cache(settings().cache, _told_later), f"{place}-configuration")
    try:
        found = load(config, path, remembered)
    except ConfigurationError as error:
        raise mistaken(error) from None
    remembered.save()
    return found


def _told_later(_: str) -> None:
    """Nothing: whoever analyses uses the same cache, and says what is wrong with it."""


def _neighbour(path: Path) -> str:
    """The folder beside one that is not there whose name is similar."""
    try:
        beside = [one.name for one in path.absolute().parent.iterdir() if one.is_dir()]
    except OSError:
        return ""
    return did_you_mean(path.name, beside)


def rules_for(path: Path, configuration: Configuration, *, examples: bool = True) -> tuple[Rule, ...]:
    """The rules that apply to a folder, with or without the examples of those that come with dblint.

    Raises:
        CannotRun: with every mistake in a rule, or in what the configuration says about rules.
    """
    try:
        return load_rules(configuration, path, examples=examples)
    except ConfigurationError as error:
        raise mistaken(error) from None


def mistaken(error: Exception) -> CannotRun:
    """The refusal that lists the mistakes of a ConfigurationError, one per line."""
    return CannotRun(f"the configuration cannot be used\n{error}", "`dblint config schema` prints what it may hold")
