"""What the captured slots of an Elixir file mean."""

import re
from collections.abc import Iterator, Mapping

import msgspec
from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.driver import Source
from dblint.languages.elixir import forms
from dblint.languages.elixir.aliases import Aliases
from dblint.languages.elixir.expressions import ElixirReader, module_name, read_arguments
from dblint.languages.elixir.heads import head_of, merged
from dblint.languages.reader import field as part
from dblint.languages.reader import line_of, meaningful
from dblint.model.syntax import (
    Binding,
    Block,
    Call,
    Class,
    Expression,
    Function,
    Import,
    Item,
    Items,
    Literal,
    Member,
    Name,
)

_SPEC = frozenset(
    {"spec", "type", "typep", "opaque", "doc", "moduledoc", "typedoc", "callback", "impl", "behaviour", "dialyzer"}
)
_DECIDING = frozenset({"case", "if", "unless"})
_NO_STATEMENTS = forms.BRANCHES | {"stab_clause", "block"}


class ElixirCollector(Collector):
    """The facts of one Elixir file."""

    called = re.compile(rb"\b[A-Za-z_]\w*+[?!]?")  # parentheses are not needed for a call, and some names end in a sign
    outlives = ("@",)

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        self._aliases = Aliases()
        self._elixir = ElixirReader(source.data, calls, self._aliases)
        self._names = calls
        self._tails: set[tuple[int, int]] = set()
        super().__init__(source, calls, self._elixir)

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {"block": self._block, "inline": self._inline, "lambda": self._lambda, "statement": self._statement}

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What Elixir's patterns bind: one name for all of a value, or names for the parts of a tuple or list."""
        whole = forms.named(target)
        if whole is not None:
            yield self.reader.text(whole), operator, value
        elif target.type in {"tuple", "list"}:
            elements = meaningful(target)
            if isinstance(value, Items) and len(value.values) == len(elements):
                for element, share in zip(elements, value.values, strict=True):
                    yield from self.bind(element, operator, share)
                return
            names = [each for each in elements if forms.named(each) is not None]
            if not names:
                return
            line = line_of(target)
            yield self.reader.text(target), operator, value
            for index, element in enumerate(elements):
                holder = Name(self.reader.text(target), line)
                yield from self.bind(element, "=", Item(holder, Literal(index, line), line))

    def _statement(self, node: Node, scope: Scope) -> None:
        """A statement; special forms and definitions are slots of their own."""
        kind = node.type
        if kind in _NO_STATEMENTS or (node.start_byte, node.end_byte) in self._elixir.taken:
            return
        name = forms.name_of(self.reader, node)
        if kind == "unary_operator" and part(node, "operator").type == "@":
            self._attribute(node, scope)
        elif name in forms.DIRECTIVES:
            self._directive(name, node)
        elif name in forms.DEFINING:
            self._without_body(name, node, scope)
        elif kind == "binary_operator" and part(node, "operator").type == "=":
            self._assignment(node, scope)
        elif name not in forms.MODULES:
            self._expression(name, node, scope)

    def _without_body(self, name: str, node: Node, scope: Scope) -> None:
        """A definition without a body of its own."""
        if name == "defdelegate":
            self._delegate(node, scope)
        elif forms.block_of(node) is None and not forms.inline(self.reader, node):
            self._function(node, scope)

    def _expression(self, name: str, node: Node, scope: Scope) -> None:
        """A statement that is evaluated, or gives the value of a function."""
        is_tail = self._is_tail(node) and scope.is_function
        if forms.is_form(self.reader, node):
            if name == "for" and is_tail:
                self.give_back(node, scope)
        elif not scope.is_function and name in self._names and self._said_of_module(name, node, scope):
            return
        elif is_tail:
            self.give_back(node, scope)
        elif node.type not in {"identifier", "alias"}:
            self.evaluate(node, scope)

    def _is_tail(self, node: Node) -> bool:
        return (node.start_byte, node.end_byte) in self._tails

    def _attribute(self, node: Node, scope: Scope) -> None:
        """`@name value` is a constant of the module."""
        said = part(node, "operand")
        name = forms.name_of(self.reader, said)
        held = forms.arguments_of(said) if name else []
        if name and name not in _SPEC and len(held) == 1:
            self.bind_to(Binding(f"@{name}", scope.qualified, "=", self.reader.read(held[0]), line_of(node)), node)

    def _directive(self, name: str, node: Node) -> None:
        held = forms.arguments_of(node)
        if not held or held[0].type not in {"alias", "dot", "identifier"}:
            return
        around = node.parent
        start, end = (node.start_byte, around.end_byte) if around is not None else (0, len(self.source.data))
        written, line = held[0], line_of(node)
        if written.type == "dot" and part(written, "right").type == "tuple":  # `alias Shop.{Item, Order}`
            holder = module_name(self.reader, part(written, "left"))
            modules = [f"{holder}.{self.reader.text(each)}" for each in meaningful(part(written, "right"))]
        else:
            modules = [module_name(self.reader, written)]
        options = {pair.key: pair.value for each in held if each.type == "keywords" for pair in forms.pairs(self.reader, each)}
        for module in modules:
            above, _, last = module.rpartition(".")
            if name == "alias" or "as" in options:
                short = self.reader.text(options["as"]) if "as" in options else last
                self._aliases.add(short, module, start, end)
                if above:
                    self.imports.append(Import(short, above, last, "", line))
            if name == "import":
                self.imports.append(Import("*", module, "*", "", line))
            elif name in {"use", "require"}:
                self.imports.append(Import(f"{name} {module}", module, "", "", line))
            if name == "use":
                self._used(module, held, node, line)

    def _used(self, module: str, held: list[Node], node: Node, line: int) -> None:
        """`use Ecto.Schema` makes a module what that says; in `__using__` it does so for those who use the module."""
        around = self._aliases.module_at(node.start_byte)
        for index, known in enumerate(self.classes):
            if known.qualified == around:
                keywords = read_arguments(self.reader, held)[1]
                self.classes[index] = msgspec.structs.replace(
                    known, bases=(*known.bases, Name(module, line)), keywords=(*known.keywords, *keywords)
                )

    def _said_of_module(self, name: str, node: Node, scope: Scope) -> bool:
        """Whether a call says something of the module around it (`field :total, :decimal`), and is kept as that."""
        if not any(each.qualified == scope.qualified for each in self.classes):
            return False
        held = forms.arguments_of(node)
        line = line_of(node)
        if held and held[0].type not in {"atom", "string", "keywords"}:
            return False
        said = self.reader.read(node)
        block = forms.block_of(node)
        named = not held or held[0].type != "atom"  # `schema "orders" do`, not `embeds_one :address, Address do`
        if block is not None and named and isinstance(said, Call) and isinstance(said.function, Name):
            first = said.arguments[0] if said.arguments else None
            self.bind_to(Binding(name, scope.qualified, "=", first, line, None, (said.function,)), node)
        else:
            target = self.reader.text(held[0]).lstrip(":") if held and held[0].type == "atom" else name
            self.bind_to(Binding(target, scope.qualified, "=", said, line), node)
        return True

    def _block(self, node: Node, scope: Scope) -> None:
        """A call with `do … end`: a definition, a special form, or lines that a call governs."""
        name, block = forms.name_of(self.reader, node), forms.block_of(node)
        if block is None:
            return
        if name in forms.MODULES:
            self._module(name, node, block, scope)
        elif name in forms.DEFINING:
            self._function(node, scope)
        elif name in forms.FORMS:
            self._form(name, node, scope)
        else:
            held = forms.arguments_of(node)
            if not scope.is_function and len(held) > 1 and held[0].type == "atom" and held[1].type == "alias":
                # `embeds_one :address, Address do … end` defines the module that is embedded
                embedded = self.reader.text(held[1])
                found = Class(embedded, scope.qualified, (), (), (), line_of(node), node.end_point.row + 1)
                self.define_class(found, block, node.end_byte)
            elif name in self._names and scope.is_function:
                arguments, keywords = read_arguments(self.reader, held)
                call = Call(Name(name, line_of(node)), arguments, keywords, line_of(node))
                self.blocks.append(Block(call, scope.qualified, line_of(node), node.end_point.row + 1))
                self.needs(node, scope)

    def _module(self, kind: str, node: Node, block: Node, scope: Scope) -> None:
        held = forms.arguments_of(node)
        if not held:
            return
        name = module_name(self.reader, held[0])
        if held[0].type == "alias" and scope.qualified and not self.reader.text(held[0]).startswith("Elixir."):
            name = f"{scope.qualified}.{self.reader.text(held[0])}"
            short = self.reader.text(held[0]).partition(".")[0]
            around = node.parent
            if around is not None:
                self._aliases.add(short, f"{scope.qualified}.{short}", node.start_byte, around.end_byte)
        if kind == "defimpl":
            options = {
                pair.key: pair.value for each in held if each.type == "keywords" for pair in forms.pairs(self.reader, each)
            }
            about = module_name(self.reader, options["for"]) if "for" in options else self._aliases.module_at(node.start_byte)
            name = f"{name}.{about}"
        self._aliases.open(name, block.start_byte, node.end_byte)
        above, _, last = name.rpartition(".")
        self.define_class(Class(last, above, (), (), (), line_of(node), node.end_point.row + 1), block, node.end_byte)

    def _function(self, node: Node, scope: Scope) -> None:
        head = head_of(self.reader, node)
        if head is None:
            return
        block, branches = forms.block_of(node), forms.inline(self.reader, node)
        body = block if block is not None else branches.get("do")
        found = Function(
            head.name, scope.qualified, head.parameters, (), (), line_of(node), node.end_point.row + 1, abstract=body is None
        )
        known = self._functions[-1] if self._functions else None
        if known is not None and merged(known[0], found) is not None:
            whole = merged(known[0], found) or found
            self._functions[-1] = (whole, known[1])
            if body is not None:
                self.scopes.append(
                    Scope(found.qualified, body.start_byte, node.end_byte, is_function=True, returns=known[1].returns)
                )
            for own, shared in zip(found.parameters, whole.parameters, strict=True):
                if own.name != shared.name and own.name.isidentifier() and not own.name.startswith("_"):
                    value = Name(shared.name, line_of(node))
                    self.bind_to(Binding(own.name, found.qualified, "=", value, line_of(node)), node)
        else:
            self.define_function(found, body, node.end_byte)
        inner = [block] if block is not None else list(branches.values())
        self._tails.update((tail.start_byte, tail.end_byte) for each in inner for tail in forms.tails(self.reader, each))

    def _delegate(self, node: Node, scope: Scope) -> None:
        """`defdelegate list(filter), to: Orders` calls the function of that name there."""
        head, held = head_of(self.reader, node), forms.arguments_of(node)
        options = {pair.key: pair.value for each in held if each.type == "keywords" for pair in forms.pairs(self.reader, each)}
        if head is None or "to" not in options:
            return
        line = line_of(node)
        name = self.reader.text(options["as"]).lstrip(":") if "as" in options else head.name
        given = tuple(Name(parameter.name, line) for parameter in head.parameters[1:])
        call = Call(Member(self.reader.read(options["to"]), name, line), given, (), line)
        found = Function(head.name, scope.qualified, head.parameters, (), (call,), line, node.end_point.row + 1)
        self.define_function(found, None, node.end_byte)

    def _inline(self, node: Node, scope: Scope) -> None:
        """A definition or special form with its branches as keywords (`def total(x), do: x`); most with keywords are none."""
        name = forms.name_of(self.reader, node)
        if name not in forms.DEFINING and name not in forms.FORMS:
            return
        branches = forms.inline(self.reader, node)
        if not branches:
            return
        if name in forms.DEFINING:
            self._function(node, scope)
            for value in branches.values():
                self._statement(value, self.scope_at(value.start_byte))
        else:
            self._form(name, node, scope)
            for value in branches.values():
                self._statement(value, scope)

    def _form(self, name: str, node: Node, scope: Scope) -> None:
        """A special form: what its patterns bind, and what decides between its branches."""
        held = [each for each in forms.arguments_of(node) if each.type != "keywords"]
        if name in {"for", "with"}:
            # one that gives the value of a function is read as that
            read = name == "for" and (node.start_byte in self._elixir.loops or (self._is_tail(node) and scope.is_function))
            for argument in held if not read else ():
                self._generator(name, argument, scope)
            return
        subject = held[0] if held else self._piped(node)
        if subject is not None and name in _DECIDING:
            self._decide(subject, scope)
        block = forms.block_of(node)
        for clause in forms.plain(block) if block is not None and name in {"case", "cond"} else ():
            for pattern in forms.clause_patterns(clause)[:1]:
                if name == "cond":
                    self._decide(pattern, scope)
                elif subject is not None:
                    self.assign(Assignment(scope, [pattern], "block", subject, forms.struct_of(pattern)))

    def _decide(self, subject: Node, scope: Scope) -> None:
        """What decides between branches, which may give a name to what it finds (`if user = Repo.get(User, id) do`)."""
        if subject.type == "binary_operator" and part(subject, "operator").type == "=":
            self._assignment(subject, scope)
        else:
            self.evaluate(subject, scope)

    @staticmethod
    def _piped(node: Node) -> Node | None:
        """Return what is piped into a special form."""
        around = node.parent
        if around is not None and around.type == "binary_operator" and part(around, "operator").type == "|>":
            return part(around, "left") if part(around, "right") == node else None
        return None

    def _generator(self, name: str, argument: Node, scope: Scope) -> None:
        """`pattern <- source` of a comprehension or of `with`."""
        operator = part(argument, "operator").type if argument.type == "binary_operator" else ""
        if operator in {"<-", "="}:
            pattern = forms.unguarded(part(argument, "left"))
            kind = "for" if name == "for" and operator == "<-" else "="
            self._bound_to(pattern, kind, part(argument, "right"), scope)
        else:
            self.evaluate(argument, scope)

    def _bound_to(self, pattern: Node, operator: str, value: Node, scope: Scope) -> None:
        if forms.named(pattern) is None and pattern.type not in {"tuple", "list"}:
            self.evaluate(value, scope)
        else:
            self.assign(Assignment(scope, [pattern], operator, value, forms.struct_of(pattern)))

    def _assignment(self, node: Node, scope: Scope) -> None:
        value = part(node, "right")
        targets = [part(node, "left")]
        while value.type == "binary_operator" and part(value, "operator").type == "=":
            targets.append(part(value, "left"))
            value = part(value, "right")
        if len(targets) == 1:
            self._bound_to(targets[0], "=", value, scope)
        else:
            self.assign(Assignment(scope, targets, "=", value))
        if self._is_tail(node) and (whole := forms.named(targets[0])) is not None:
            scope.returns.append(self.reader.read(whole))
            self.needs(whole, scope)

    def _lambda(self, node: Node, scope: Scope) -> None:
        """A function without a name: its parameters are bound to what the call gives it that it is passed to."""
        call = forms.call_around(node)
        if call is None:
            return
        target = part(call, "target")
        named = part(target, "right") if target.type == "dot" else target
        first = node
        self.govern_callback(target, named, scope, node)
        held = forms.arguments_of(call)
        subject = held[0] if held and held[0] != first else self._piped(call)
        operator = "each" if forms.iterates(self.reader, node) else "block"
        for clause in meaningful(node):
            for pattern in forms.clause_patterns(clause)[:1]:
                if subject is not None and forms.named(pattern) is not None:
                    self.assign(Assignment(scope, [pattern], operator, subject, forms.struct_of(pattern)))
