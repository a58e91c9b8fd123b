"""How code hands SQL text to a database, and opens transactions: the keys `sql:` and `transactions:` of a framework file."""

from dblint.model.base import Fact


class TransactionRule(Fact, frozen=True, forbid_unknown_fields=True):
    """What opens a transaction: decorators, calls that govern a block, calls that do for the rest of a function.

    `closes` are calls that end one which nothing opened: it began after the last of them, or with the function. `two_phase` are
    calls that take part in a commit in two phases, `two_phase_keywords` arguments by name that ask for one.
    """

    decorators: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    two_phase: tuple[str, ...] = ()
    two_phase_keywords: tuple[str, ...] = ()

    @property
    def calls(self) -> frozenset[str]:
        """The names of all calls that say something of a transaction."""
        return frozenset((*self.blocks, *self.opens, *self.closes, *self.two_phase))


class SqlRule(Fact, frozen=True, forbid_unknown_fields=True):
    """Calls whose argument is SQL text.

    `table_too`: a bare table name is accepted in its place; `strong`: the name alone (with a receiver that looks like a
    connection) says that the database is called, so that text which cannot be resolved is told.
    `entities`: the text names classes and their attributes, not tables (JPQL), unless the keyword `native` is true. `joined_by`
    stands between the texts of a list that is one statement. `undoes` are keywords with texts that only take it all back.
    `routine`: the text is the name of a routine that is called. `later`: the library runs the text when a row is saved or
    deleted, and who does that is told.
    """

    calls: tuple[str, ...]
    argument: int = 0
    keyword: tuple[str, ...] = ()
    table_too: bool = False
    strong: bool = False
    entities: bool = False
    native: str = ""
    joined_by: str = ""
    undoes: tuple[str, ...] = ()
    later: bool = False
    routine: bool = False
