"""How git is called: nothing that the repository, its surroundings or the user configure is run, and no network is reached."""

import os

WORDS = (
    "git",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.quotePath=false"),
    *("-c", "safe.directory=*"),
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
)
"""What every command begins with."""


def environment() -> dict[str, str]:
    """The environment of every command: a hook's GIT_DIR or GIT_INDEX_FILE would speak of another tree."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_OPTIONAL_LOCKS": "0",
        # A partial clone would fetch a missing object by a transport of the repository's choice.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
