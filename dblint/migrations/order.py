"""The order of changes: inside a history by its tool's rule, between histories by who creates what another one changes."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from dblint.migrations.file import sort_key
from dblint.migrations.graph import components, topological
from dblint.migrations.liquibase.includes import included
from dblint.migrations.model_events import lowered
from dblint.migrations.revisions import Graph
from dblint.migrations.schema import key
from dblint.model.facts import Change
from dblint.model.schema import TableName


def ordered(
    changes: Iterable[Change],
    labels: Mapping[str, str] | None = None,
    plans: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Change, ...]:
    """All changes as plain schema events, each after those that it builds on.

    Revision headers are used up, operations on models become events on their tables, and dropping a partition becomes
    a deletion of its root's data. Between services that share a database any interleaving is possible; the one given here
    creates tables before others touch them.

    `labels` gives the Django label of an app folder where an `AppConfig` overrides it, and the model of
    `settings.AUTH_USER_MODEL` under that name. `plans` gives the names of a history's changes in order, where a plan beside
    them says so (`sqitch.plan`).
    """
    histories: dict[tuple[str, str], list[Change]] = {}
    for change in included(changes):
        histories.setdefault((change.tool, change.history), []).append(change)
    plain = {name: each for name, each in histories.items() if not any(change.revision for change in each)}
    blocks = [tuple(sorted(each, key=lambda change: (sort_key(change.order), change.place.path))) for each in plain.values()]
    for tool in sorted({tool for tool, history in histories if (tool, history) not in plain}):
        graph_changes = [change for name, each in histories.items() if name[0] == tool and name not in plain for change in each]
        blocks += _graph_blocks(graph_changes, labels or {}, plans or {})
    return tuple(_partitions_aside(_by_creation(blocks)))


def _graph_blocks(
    changes: list[Change], labels: Mapping[str, str], plans: Mapping[str, tuple[str, ...]]
) -> list[tuple[Change, ...]]:
    """One block for each set of histories that refer to one another."""
    graph = Graph(changes, labels, plans)
    by_path: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        by_path.setdefault((change.history, change.place.path), []).append(change)
    sequence = graph.sequence()
    links = [(left[0], right[0]) for left, required in graph.requirements().items() for right in required]
    histories = tuple(dict.fromkeys(change.history for change in changes))
    group_of: dict[str, int] = {
        history: number for number, group in enumerate(components(histories, links)) for history in group
    }
    # Files that no revision stands for are what revisions call upon.
    nodes = {(node[0], graph.paths[node]) for node in graph.revisions}
    blocks: dict[int, list[Change]] = {}
    for file, each in by_path.items():
        if file not in nodes:
            blocks.setdefault(group_of[file[0]], []).extend(each)
    for position, node in enumerate(sequence):
        block = blocks.setdefault(group_of[node[0]], [])
        block += (
            replace(change, order=(position,)) for change in by_path[node[0], graph.paths[node]] if change.revision is None
        )
    return [tuple(lowered(block, labels)) for block in blocks.values()]


def _by_creation(blocks: list[tuple[Change, ...]]) -> Iterator[Change]:
    """The changes of all blocks, a block that creates a table before one that only changes or references it."""
    blocks = sorted(
        (block for block in blocks if block), key=lambda block: (block[0].tool not in ("sql", "rails-schema"), block[0].history)
    )
    creators: dict[tuple[str, str], list[int]] = {}
    created = [set(_created(block)) for block in blocks]
    for number, names in enumerate(created):
        for name in names:
            creators.setdefault(name, []).append(number)
    requires = {
        number: sorted({each for name in _needed(block) if name not in created[number] for each in creators.get(name, ())})
        for number, block in enumerate(blocks)
    }
    for number in topological(range(len(blocks)), requires):
        yield from blocks[number]


def _created(block: tuple[Change, ...]) -> Iterator[tuple[str, str]]:
    for change in block:
        if change.event.kind in ("table.create", "view.create", "view.replace", "matview.create", "fdw.create_foreign_table"):
            yield key(change.event.table)


def _needed(block: tuple[Change, ...]) -> Iterator[tuple[str, str]]:
    for change in block:
        yield key(change.event.table)
        yield from map(key, change.event.reads)
        yield from (key(foreign.target) for foreign in change.event.foreign_keys)


def _partitions_aside(changes: Iterable[Change]) -> Iterator[Change]:
    roots: dict[tuple[str, str], TableName] = {}
    for change in changes:
        event, name = change.event, key(change.event.table)
        if (
            event.kind in ("table.create", "table.partition_attach")
            and event.base is not None
            and "inherits" not in event.flags
        ):
            roots[name] = roots.get(key(event.base), event.base)
        elif event.kind == "table.partition_detach" and event.base is not None:
            roots.pop(name, None)
        elif event.kind == "table.drop" and name in roots:
            root = roots.pop(name)
            # The partition goes, and with it rows of the root: the schema that others see stays.
            yield replace(change, event=replace(event, kind="table.partition_detach", base=root))
            yield replace(change, event=replace(event, kind="data.delete", table=root))
            continue
        yield change
