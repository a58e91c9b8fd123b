"""What the captured slots of a Go file mean."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.driver import Source
from dblint.languages.go import library
from dblint.languages.go.expressions import BUILTIN_TYPES, GoReader, Receivers
from dblint.languages.go.imports import imports
from dblint.languages.go.strings import decoded
from dblint.languages.go.tags import tags
from dblint.languages.reader import Reader, line_of, meaningful
from dblint.languages.reader import field as part
from dblint.model.syntax import (
    Binding,
    Call,
    Class,
    Expression,
    Function,
    Item,
    Items,
    Literal,
    Member,
    Name,
    Opaque,
    Operation,
    Parameter,
    Template,
    Text,
)

_EMBED = re.compile(r"^//go:embed\s+(\S+)\s*$")


class GoCollector(Collector):
    """The facts of one Go file."""

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        reader = GoReader(source.data, calls, _receivers(source))
        super().__init__(source, calls | library.BUILDERS, reader)

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "import": self._import,
            "type": self._type,
            "alias": self._alias,
            "function": self._function,
            "method": self._method,
            "closure": self._closure,
            "assignment": self._assignment,
            "range": self._range,
            "return": self._return,
            "value": self._value,
        }

    def written(self, target: Node) -> str:
        """A target with the receiver's name as `self`."""
        if target.type == "expression_list":
            return ", ".join(self.written(each) for each in meaningful(target))
        return dotted(self.reader, target) or self.source.text(target)

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What a target of Go binds: a name, a field of a name, or several with the results of one call."""
        if target.type != "expression_list":
            name = dotted(self.reader, target)
            if name and name != "_":
                yield name, operator, value
            return
        targets = meaningful(target)
        if len(targets) == 1:
            yield from self.bind(targets[0], operator, value)
            return
        if isinstance(value, Items) and len(value.values) == len(targets):
            for each, share in zip(targets, value.values, strict=True):
                yield from self.bind(each, operator, share)
            return
        line = line_of(target)
        whole = ", ".join(self.source.text(each) for each in targets)
        yield whole, operator, value
        for index, each in enumerate(targets):
            yield from self.bind(each, operator, Item(Name(whole, line), Literal(index, line), line))

    def _import(self, node: Node, _: Scope) -> None:
        alias = node.child_by_field_name("name")
        module = decoded(self.source.text(part(node, "path"))[1:-1])
        self.imports += imports(self.source.text(alias) if alias else "", module, line_of(node))

    def _type(self, node: Node, scope: Scope) -> None:
        kind = part(node, "type")
        name = self.source.text(part(node, "name"))
        if kind.type == "struct_type":
            self._struct(node, kind, name, scope)
        elif kind.type == "interface_type":
            bases = tuple(
                self.reader.read(inner)
                for each in meaningful(kind)
                if each.type == "type_elem"
                for inner in meaningful(each)[:1]
            )
            methods = tuple(
                Text(self.source.text(part(each, "name")), line_of(each))
                for each in meaningful(kind)
                if each.type in {"method_elem", "method_spec"}
            )
            keywords = (("interface", Items(methods, line_of(node))),)
            self.classes.append(Class(name, scope.qualified, bases, keywords, (), line_of(node), node.end_point.row + 1))
        elif kind.type in {"type_identifier", "qualified_type", "generic_type"} and self.source.text(kind) not in BUILTIN_TYPES:
            # A type made of another has its fields.
            found = Class(name, scope.qualified, (self.reader.read(kind),), (), (), line_of(node), node.end_point.row + 1)
            self.classes.append(found)

    def _struct(self, node: Node, kind: Node, name: str, scope: Scope) -> None:
        bases: list[Expression] = []
        decorators: list[Expression] = []
        fields = [each for inner in meaningful(kind) for each in meaningful(inner) if each.type == "field_declaration"]
        for each in fields:
            if not _named(each):
                bases.append(self.reader.read(part(each, "type")))
                decorators += self._tags(each)
        found = Class(name, scope.qualified, tuple(bases), (), tuple(decorators), line_of(node), node.end_point.row + 1)
        self.define_class(found, kind, node.end_byte)
        for each in fields:
            annotation = self.reader.read(part(each, "type"))
            marks = tuple(self._tags(each))
            for target in _named(each):
                self.keep_binding(
                    target, Binding(self.source.text(target), found.qualified, ":", None, line_of(target), annotation, marks)
                )

    def _tags(self, field: Node) -> Iterator[Expression]:
        tag = field.child_by_field_name("tag")
        if tag is None:
            return
        written = self.source.text(tag)[1:-1]
        yield from tags(written if tag.type == "raw_string_literal" else decoded(written), line_of(tag))

    def _alias(self, node: Node, scope: Scope) -> None:
        name = part(node, "name")
        value = self.reader.read(part(node, "type"))
        self.keep_binding(node, Binding(self.source.text(name), scope.qualified, "=", value, line_of(name)))

    def _function(self, node: Node, scope: Scope) -> None:
        self._define(node, scope.qualified, ())

    def _method(self, node: Node, _: Scope) -> None:
        receiver = meaningful(part(node, "receiver"))
        kind = self.reader.read(part(receiver[0], "type")) if receiver else Opaque(line_of(node))
        if isinstance(kind, Item):  # of a generic type
            kind = kind.value
        scope = kind.name if isinstance(kind, Name) else ""
        self._define(node, scope, (Parameter("self", kind),))

    def _define(self, node: Node, scope: str, first: tuple[Parameter, ...]) -> None:
        result = node.child_by_field_name("result")
        found = Function(
            self.source.text(part(node, "name")),
            scope,
            (*first, *self._parameters(node)),
            (),
            (),
            line_of(node),
            node.end_point.row + 1,
            self.reader.read(result) if result else None,
            takes=_taken(node),
        )
        self.define_function(found, node.child_by_field_name("body"), node.end_byte)

    def _parameters(self, node: Node) -> Iterator[Parameter]:
        parameters = node.child_by_field_name("parameters")
        for declaration in meaningful(parameters) if parameters else ():
            if self.source.text(part(declaration, "type")) == "context.Context":
                continue  # as in calls
            annotation = self.reader.read(part(declaration, "type"))
            names = _named(declaration)
            variadic = "*" if declaration.type == "variadic_parameter_declaration" else ""
            for name in names:
                yield Parameter(variadic + self.source.text(name), annotation)
            if not names:
                yield Parameter("_", annotation)

    def _closure(self, node: Node, scope: Scope) -> None:
        """The parameters of a function literal, whose statements stand in the scope around it, and what it is passed to."""
        call = node.parent.parent if node.parent is not None and node.parent.type == "argument_list" else None
        function = call.child_by_field_name("function") if call is not None else None
        if function is not None:
            self.govern_callback(function, function.child_by_field_name("field"), scope, node)
        if not scope.is_function:
            return
        for parameter in self._parameters(node):
            if parameter.annotation is not None and not isinstance(parameter.annotation, Opaque) and parameter.name != "_":
                found = Binding(parameter.name, scope.qualified, ":", None, line_of(node), parameter.annotation)
                self.keep_binding(node, found)

    def _assignment(self, node: Node, scope: Scope) -> None:
        """A declaration or assignment; each name of a declaration is a target."""
        if node.type in {"const_spec", "var_spec"}:
            self._declaration(node, scope)
            return
        operator = part(node, "operator").type if node.child_by_field_name("operator") else "="
        if operator == "=" and self._appended(node, scope):
            return
        self.assign(Assignment(scope, [part(node, "left")], operator, part(node, "right")))

    def _appended(self, node: Node, scope: Scope) -> bool:
        """`list = append(list, x)` is `list.append(x)`, which leaves the list what it is."""
        right = part(node, "right")
        if not self.source.data.startswith(b"append", right.start_byte):
            return False
        value = self.reader.read(right)
        target = self.written(part(node, "left"))
        match value:
            case Call(function=Name(name="append"), arguments=(Name(name=name) as grown, *added)) if name == target:
                for each in added:
                    if isinstance(each, Text | Template | Operation):
                        self.keep(node, Call(Member(grown, "append", grown.line), (each,), (), grown.line), scope)
                return all(isinstance(each, Text | Template | Operation | Name | Literal | Opaque) for each in added)
        return False

    def _declaration(self, node: Node, scope: Scope) -> None:
        annotation, value = node.child_by_field_name("type"), node.child_by_field_name("value")
        names = _named(node)
        if embedded := self._embedded(node) if not scope.is_function else None:
            self.keep_binding(node, Binding(self.source.text(names[0]), scope.qualified, "=", embedded, line_of(node)))
            return
        if value is None and annotation is not None and self.source.text(annotation) in {"strings.Builder", "bytes.Buffer"}:
            self.keep_binding(
                node, Binding(self.source.text(names[0]), scope.qualified, "=", Text("", line_of(node)), line_of(node))
            )
            return
        values = meaningful(value) if value is not None else []
        if len(values) == len(names) or not values:
            for index, name in enumerate(names):
                given = values[index] if values else None
                self.assign(Assignment(scope, [name], "=" if given else ":", given, annotation))
        else:
            # var a, b = f()
            self.assign(Assignment(scope, [names[0]], "=", values[0], annotation))

    def _embedded(self, node: Node) -> Expression | None:
        """The content of the file that a `//go:embed` above a variable names (https://pkg.go.dev/embed)."""
        holder = node if node.prev_sibling is not None and node.prev_sibling.type == "comment" else node.parent
        comment = holder.prev_sibling if holder is not None else None
        while comment is not None and comment.type in {"comment", "\n"}:
            if found := _EMBED.match(self.source.text(comment).strip()):
                path = found.group(1).strip('"`')
                if "*" in path or "." not in path.rpartition("/")[2]:
                    return None  # a folder: its files are read by their names
                line = line_of(node)
                return Call(Member(Text(path, line), "read_text", line), (), (), line)
            comment = comment.prev_sibling
        return None

    def _range(self, node: Node, scope: Scope) -> None:
        """A loop: the second target gets the elements; of a mapping that is written down the values."""
        left, right = node.child_by_field_name("left"), part(node, "right")
        targets = meaningful(left) if left else []
        if len(targets) > 1:
            self.assign(Assignment(scope, [targets[1]], "for", right))
        else:
            self._value(right, scope)

    def _return(self, node: Node, scope: Scope) -> None:
        inside = _closure_around(node) is not None
        for child in meaningful(node):
            if inside:
                self.evaluate(child, scope)
            else:
                self.give_back(child, scope)

    def _value(self, node: Node, scope: Scope) -> None:
        """An expression that is evaluated; one that adds text to a builder is what it binds."""
        called = part(node, "function") if node.type == "call_expression" else None
        if called is not None and called.type == "selector_expression":
            function = self.reader.read(called) if self.source.text(part(called, "field")) in library.BUILDERS else None
            if isinstance(function, Member):
                self._add(node, function, scope)
                return
        self.evaluate(node, scope)

    def _add(self, node: Node, function: Member, scope: Scope) -> None:
        arguments = node.child_by_field_name("arguments")
        given = self.reader.all(arguments.named_children, 0) if arguments else ()
        found = library.added(function, given)
        if found is None:
            self.evaluate(node, scope)
            return
        builder, text = found
        if isinstance(builder, Name):
            self.keep_binding(node, Binding(builder.name, scope.qualified, "+=", text, line_of(node)))
            self.needs(node, scope)


def _receivers(source: Source) -> Receivers:
    """Where which name means the receiver."""
    found: Receivers = []
    for name, node in source.captures:
        if name != "method":
            continue
        for declaration in meaningful(part(node, "receiver")):
            written = declaration.child_by_field_name("name")
            if written is not None:
                body = node.child_by_field_name("body") or node
                found.append((body.start_byte, body.end_byte, source.data[written.start_byte : written.end_byte]))
    return found


def _closure_around(node: Node) -> Node | None:
    """The function literal that a statement belongs to."""
    around = node.parent
    while around is not None and around.type not in {"function_declaration", "method_declaration"}:
        if around.type == "func_literal":
            return around
        around = around.parent
    return None


def dotted(reader: Reader, node: Node) -> str:
    """`x` or `self.x`, `""` for a target that is no chain of names."""
    names: list[str] = []
    while node.type == "selector_expression":
        names.append(reader.text(part(node, "field")))
        node = part(node, "operand")
    if node.type != "identifier":
        return ""
    root = reader.read(node)
    return ".".join((root.name if isinstance(root, Name) else "", *reversed(names)))


def _named(node: Node) -> list[Node]:
    """The names that a declaration gives, without the commas between them."""
    return [name for name in node.children_by_field_name("name") if name.is_named]


def _taken(node: Node) -> int | None:
    """How many values a call of a function passes, None where it may be any number."""
    parameters = node.child_by_field_name("parameters")
    declarations = meaningful(parameters) if parameters else []
    if any(declaration.type == "variadic_parameter_declaration" for declaration in declarations):
        return None
    return sum(len(_named(declaration)) or 1 for declaration in declarations)
