"""Short ways to read Python in tests."""

from dblint.languages import Vocabulary, read
from dblint.model.syntax import Binding, Evaluation, Expression, Module

_CALLS = frozenset({"execute", "select", "query", "filter", "join", "ForeignKey", "mapped_column", "listens_for", "Depends"})
VOCABULARY = Vocabulary(_CALLS, ("",))  # every file is marked
SPARSE = Vocabulary(_CALLS, ("execute",))


def module(source: str) -> Module:
    return read("a.py", "python", source, VOCABULARY)


def expression(source: str) -> Expression:
    """The expression that a line of source stands for."""
    (binding,) = module(f"x = {source}\n").bindings
    assert binding.value is not None
    return binding.value


def evaluation(source: str) -> Evaluation:
    """The only evaluation of a source."""
    (found,) = module(source).evaluations
    return found


def binding(source: str, target: str) -> Binding:
    """The only binding of a name."""
    (found,) = [each for each in module(source).bindings if each.target == target]
    return found


def bound(source: str, scope: str = "f") -> set[str]:
    """The names bound in a scope."""
    return {each.target for each in module(source).bindings if each.scope == scope}
