"""The options that narrow a check to some services and tables, so that a project's own rules can share it."""

from fnmatch import fnmatchcase

from dblint.model.base import Fact
from dblint.model.facts import TableId


class Scope(Fact, frozen=True, forbid_unknown_fields=True):
    """`services` and `tables` are patterns of what a rule is about, `stores` the kinds of database; empty means all."""

    services: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()

    def holds(self, service: str, table: TableId) -> bool:
        """Whether the rule is about this service and this table."""
        return (
            (not self.stores or table.store in self.stores)
            and (not self.services or any(fnmatchcase(service.casefold(), name.casefold()) for name in self.services))
            and (not self.tables or any(matches(table, pattern) for pattern in self.tables))
        )


def matches(table: TableId, pattern: str, owner: str | None = None) -> bool:
    """Whether a pattern such as `invoices` or `billing.*` means the table; before the dot stands a schema or the owner."""
    wanted = pattern.casefold()
    names = [table.name, str(table), *([f"{owner}.{table.name}"] if owner else [])]
    return any(fnmatchcase(name.casefold(), wanted) for name in names)
