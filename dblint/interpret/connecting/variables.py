"""Environment variables as code reads them: by the functions of each language, by the tags of Go's structs."""

from dblint.interpret.evaluation.arguments import called
from dblint.model.syntax import Binding, Call, Expression, Member, Name, Text

# Functions that no file imports: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/System.html, .NET's
# `Environment`, PHP's `getenv` and Laravel's `env`, Ruby's and Kotlin's ways to the same.
_FUNCTIONS = frozenset(
    {
        *(("System", "getenv"), ("System", "getProperty"), ("Environment", "GetEnvironmentVariable"), ("ENV", "fetch")),
        *(("", "getenv"), ("", "env")),
    }
)
_TABLES = frozenset({"ENV", "_ENV", "$_ENV", "_SERVER", "$_SERVER"})
_TAGS = ("env", "envconfig", "mapstructure")
_DEFAULTS = ("envDefault", "env-default", "default")
# What `caarlos0/env` calls a variable where a prefix stands before it, which only the caller of its `Parse` knows.
_PREFIXED = frozenset({"HOST", "PORT", "USER", "USERNAME", "NAME", "DB", "DATABASE", "DBNAME", "PASS"})
UNKNOWN = "?"
"""Stands for the name of a variable that cannot be known."""


def read_by(call: Call) -> tuple[str, Text | None] | None:
    """The variable that a call reads, with its default; None for any other call."""
    function = call.function
    holder = getattr(function.value, "name", "") if isinstance(function, Member) else ""
    if (holder, called(call)) not in _FUNCTIONS or not call.arguments or not isinstance(call.arguments[0], Text):
        return None
    default = call.arguments[1] if len(call.arguments) > 1 else None
    return call.arguments[0].value, default if isinstance(default, Text) else None


def read_from(value: Expression, key: Expression) -> str:
    """The variable that an entry of the table of all variables is (`ENV["DATABASE_URL"]`); empty for any other entry."""
    return key.value if isinstance(value, Name) and value.name in _TABLES and isinstance(key, Text) else ""


def tagged(binding: Binding) -> tuple[str, Text | None] | None:
    """The environment variable and the default that the tags of a field in a Go struct name.

    Sources: https://github.com/caarlos0/env, https://github.com/ilyakaznacheev/cleanenv,
    https://github.com/kelseyhightower/envconfig, https://github.com/spf13/viper (whose keys are variables in upper case).
    """
    written = {
        tag.function.name: tag.arguments[0]
        for tag in binding.decorators
        if isinstance(tag, Call) and isinstance(tag.function, Name) and tag.arguments
    }
    name = next((written[key] for key in _TAGS if key in written), None)
    if not isinstance(name, Text) or not name.value or ("mapstructure" in written and not name.value.isupper()):
        return None  # a key that has parents in a file, or none
    default = next((written[key] for key in _DEFAULTS if key in written), None)
    if (word := name.value.upper().partition(",")[0]) in _PREFIXED:
        return UNKNOWN, None
    return word, default if isinstance(default, Text) else None
