"""Ecto's query macros, which bind names to tables: `from o in Order, join: …` and `where(query, [o], …)`.

A `from` is a comprehension over its tables, handed to `Ecto.Query.from`; a list of names before an expression makes that a
function of the rows. Source: https://hexdocs.pm/ecto/Ecto.Query.html
"""

from tree_sitter import Node

from dblint.languages.elixir import forms
from dblint.languages.reader import Reader, field, line_of, meaningful
from dblint.model.syntax import Call, Each, Expression, Items, Lambda, Member, Name, Opaque, Text

_JOINS = frozenset({"join", "left_join", "right_join", "inner_join", "full_join", "cross_join"})
_JOINS |= frozenset({"inner_lateral_join", "left_lateral_join", "cross_lateral_join", "array_join", "left_array_join"})
_CLAUSES = frozenset(
    {"where", "or_where", "having", "or_having", "on", "order_by", "group_by", "distinct", "windows", "limit", "offset"}
)
_BESIDE = frozenset(
    {"preload", "lock", "prefix", "update", "union", "union_all", "except", "except_all", "intersect", "intersect_all"}
)
_OPTIONS = frozenset({"as", "hints", "with_ties", "exclude"})
_SELECTS = frozenset({"select", "select_merge"})
_KEYS = _JOINS | _CLAUSES | _BESIDE | _OPTIONS | _SELECTS
MACROS = _CLAUSES - {"on"} | _SELECTS | {"preload", "lock", "update", "join", "dynamic", "with_cte"}


def query(
    reader: Reader, node: Node, name: str, written: list[Node], depth: int, piped: tuple[Expression, ...]
) -> Expression | None:
    """Return a call of a query macro, None for a call that is none by its shape."""
    if name == "from":
        return _from(reader, node, written, depth, piped)
    if name not in MACROS:
        return None
    names = next((place for place, each in enumerate(written) if place + 1 < len(written) and _is_names(each)), None)
    if name == "join":
        return _join(reader, node, written, names, depth, piped)
    if names is None:
        return None
    reader.found = True
    before = reader.all(written[:names], depth)
    line = line_of(field(node, "target"))
    parameters = _parameters(reader, written[names])
    functions = tuple(Lambda(parameters, reader.read(each, depth), line) for each in written[names + 1 :])
    return _macro(name, (*piped, *before, *functions), line)


def _macro(name: str, arguments: tuple[Expression, ...], line: int) -> Call:
    return Call(Member(Name("Ecto.Query", line), name, line), arguments, (), line)


def _is_names(node: Node) -> bool:
    """Return whether an argument is a list of names that a query binds (`[o, c]`, `[..., c]`, `[c: customer]`)."""
    if node.type != "list":
        return False
    kinds = {"identifier", "keywords", "tuple"}
    held = meaningful(node)
    if any(child.type not in kinds for child in held):
        return all(child.type == "identifier" or child.text == b"..." for child in held)
    values = [meaningful(pair)[-1].type for child in held if child.type == "keywords" for pair in meaningful(child)]
    return all(kind == "identifier" for kind in values)


def _parameters(reader: Reader, node: Node) -> tuple[str, ...]:
    """Return the names of a list by their places; those of named bindings stand behind the name of the table."""
    found: list[str] = []
    for child in meaningful(node):
        if child.type == "keywords":
            found += [f"{pair.key}:{reader.text(pair.value)}" for pair in forms.pairs(reader, child)]
        elif child.type == "tuple":
            held = meaningful(child)
            found.append(f"{reader.text(held[0]).strip(':')}:{reader.text(held[-1])}" if len(held) == 2 else "_")
        else:
            found.append(reader.text(child))
    return tuple(found)


def _in(reader: Reader, node: Node, depth: int) -> tuple[tuple[str, ...], Expression]:
    """Return the names and the source of `o in Order`; a source alone binds nothing."""
    if node.type == "binary_operator" and field(node, "operator").type == "in":
        left = field(node, "left")
        names = _parameters(reader, left) if left.type == "list" else (reader.text(left),)
        return names, _source(reader, field(node, "right"), depth)
    return (), _source(reader, node, depth)


def _source(reader: Reader, node: Node, depth: int) -> Expression:
    """Return what rows come from: a table by its name, an association, a schema, another query."""
    line = line_of(node)
    if node.type == "string":
        return _macro("from", (reader.read(node, depth),), line)
    if node.type == "tuple" and len(meaningful(node)) == 2:  # `{"orders_archive", Order}`
        return _macro("from", reader.all(meaningful(node)[:1], depth), line)
    if node.type == "call" and forms.name_of(reader, node) == "assoc":
        held = forms.arguments_of(node)
        if len(held) == 2 and held[1].type == "atom":
            return _macro("assoc", reader.all(held, depth), line)
    return reader.read(node, depth)


def _loop(names: tuple[str, ...], source: Expression, line: int, known: str = "") -> tuple[Expression, Expression]:
    """Return one loop; a name by which other bindings know the table stands before its own."""
    if len(names) > 1 or any(":" in name for name in names):
        return Items(tuple(Text(name, line) for name in names), line), source
    name = names[0] if names else "_"
    return Name(f"{known}:{name}" if known else name, line), source


def _from(reader: Reader, node: Node, written: list[Node], depth: int, piped: tuple[Expression, ...]) -> Expression | None:
    held = [each for each in written if each.type != "keywords"]
    pairs = [pair for each in written if each.type == "keywords" for pair in forms.pairs(reader, each)]
    if (len(held) != 1 and not (piped and not held)) or any(pair.key not in _KEYS for pair in pairs):
        return None
    line = line_of(field(node, "target"))
    reader.found = True
    names, source = _in(reader, held[0], depth) if held else ((), piped[0])
    if piped and held:  # `Order |> from(as: :order)` never has both
        return None
    loops: list[tuple[Expression, Expression]] = []
    conditions: list[Expression] = []
    element: Expression = Opaque(line)
    beside: list[tuple[str, Expression]] = []
    waiting = (names, source, line)
    known = ""
    for pair in pairs:
        if pair.key in _JOINS:
            loops.append(_loop(*waiting, known))
            waiting, known = (*_in(reader, pair.value, depth), line_of(pair.value)), ""
        elif pair.key == "as" and pair.value.type == "atom":
            known = reader.text(pair.value).removeprefix(":")
        elif pair.key in _SELECTS:
            element = reader.read(pair.value, depth)
        elif pair.key in _BESIDE:
            beside.append((pair.key, reader.read(pair.value, depth)))
        elif pair.key in _CLAUSES:
            conditions.append(reader.read(pair.value, depth))
    loops.append(_loop(*waiting, known))
    found: Expression = _macro("from", (Each(element, tuple(loops), tuple(conditions), line),), line)
    for key, value in beside:
        found = _macro("put_query_prefix" if key == "prefix" else key, (found, value), value.line)
    return found


def _join(
    reader: Reader, node: Node, written: list[Node], names: int | None, depth: int, piped: tuple[Expression, ...]
) -> Expression | None:
    """`join(query, :left, [o], c in Customer, on: c.id == o.customer_id)`."""
    place = next((index for index, each in enumerate(written) if _is_in(each)), None)
    if names is None and place is None:
        return None
    place = place if place is not None else (names or 0) + 1
    line = line_of(field(node, "target"))
    reader.found = True
    bound = _parameters(reader, written[names]) if names is not None else ()
    own, source = _in(reader, written[place], depth)
    options = {
        pair.key: pair.value for each in written[place + 1 :] if each.type == "keywords" for pair in forms.pairs(reader, each)
    }
    known = reader.text(options["as"]).removeprefix(":") if "as" in options else ""
    conditions = (reader.read(options["on"], depth),) if "on" in options else ()
    joined = Each(Opaque(line), (_loop(own, source, line_of(written[place]), known),), conditions, line)
    before = [each for index, each in enumerate(written[:place]) if index != names and each.type != "atom"]
    return _macro("join", (*piped, *reader.all(before, depth), Lambda(bound, joined, line)), line)


def _is_in(node: Node) -> bool:
    return node.type == "binary_operator" and field(node, "operator").type == "in"
