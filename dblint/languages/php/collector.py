"""What the captured slots of a PHP file mean."""

import re
from collections.abc import Iterator, Mapping

import msgspec
from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Collector, Handler, Scope
from dblint.languages.driver import Source
from dblint.languages.php.annotations import annotations
from dblint.languages.php.expressions import PhpReader, read_arguments, returns_at_once
from dblint.languages.reader import field as part
from dblint.languages.reader import line_of, meaningful
from dblint.model.syntax import (
    Binding,
    Call,
    Class,
    Evaluation,
    Expression,
    Function,
    Import,
    Item,
    Items,
    Literal,
    Member,
    Name,
    Operation,
    Parameter,
    Text,
)

_ELEMENTS = frozenset(
    {"each", "map", "flatMap", "filter", "reject", "eachById", "lazy", "mapWithKeys", "groupBy", "sum", "every"}
)
"""Methods whose function gets the elements of what they are called on, one by one."""
_WHOLE = frozenset({"chunk", "chunkById", "tap", "when", "unless", "pipe", "where", "orWhere", "whereNot"})
"""Methods whose function gets what they are called on."""
_FUNCTIONS = frozenset({"anonymous_function", "function_definition", "method_declaration", "arrow_function"})
_INCLUDES = frozenset({"require_expression", "require_once_expression", "include_expression", "include_once_expression"})
_BINDINGS = frozenset({"assignment_expression", "reference_assignment_expression", "augmented_assignment_expression"})
_KEYS = "for keys"
"""The operator of what gets the keys of an array."""
_EXTENDS = re.compile(r"@(?:template-|phpstan-|psalm-)?extends\s+[\w\\]+<([\w\\]+)>")
_TO_PARENT = re.compile(rb"parent::__construct\([^()]*?,\s*(\w+)::class\s*[,)]")
_HEREDOC = re.compile(rb"<<<")


class PhpCollector(Collector):
    """The facts of one PHP file."""

    outlives = ("$this->", "self::", "static::")

    def __init__(self, source: Source, calls: frozenset[str]) -> None:
        self._php = PhpReader(source.data, calls)
        self._php.short = self._short
        self._known: dict[str, str] = {}  # modules of imported names
        self._defined = {
            source.text(part(node, "name"))
            for name, node in source.captures
            if name == "class" and node.child_by_field_name("name")
        }
        super().__init__(source, calls, self._php)

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "use": self._use,
            "class": self._class,
            "anonymous": self._anonymous,
            "function": self._function,
            "closure": self._closure,
            "arrow": self._closure,
            "mixin": self._mixin,
            "property": self._property,
            "promoted": self._promoted,
            "constant": self._constant,
            "case": self._case,
            "assignment": self._assignment,
            "augmented": self._augmented,
            "foreach": self._foreach,
            "return": self._return,
            "value": self._value,
        }

    def may_matter(self, node: Node) -> bool:
        """A test of the bare source; a heredoc's text does not begin behind a quote."""
        return super().may_matter(node) or _HEREDOC.search(self.source.data, node.start_byte, node.end_byte) is not None

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What PHP's targets bind."""
        if operator == _KEYS:
            keys = Call(Member(value, "keys", line_of(target)), (), (), line_of(target)) if value is not None else None
            yield from self.bind(target, "for", keys)
            return
        match target.type:
            case "variable_name" | "name":
                yield self.reader.text(target).lstrip("$"), operator, value
            case "member_access_expression" | "nullsafe_member_access_expression" | "scoped_property_access_expression":
                if name := self._attribute(target):
                    yield name, operator, value
            case "list_literal" | "array_creation_expression":
                yield from self._destructured(target, operator, value)
            case "by_ref":
                yield from self.bind(meaningful(target)[0], operator, value)

    def _attribute(self, target: Node) -> str:
        holder, name = target.child_by_field_name("object") or part(target, "scope"), part(target, "name")
        if name.type not in {"name", "variable_name"} or holder.type not in {"variable_name", "relative_scope", "name"}:
            return ""
        written = self.reader.text(holder).lstrip("$")
        receiver = {"this": "self", "self": "self", "static": "self"}.get(written, written)
        return f"{receiver}.{self.reader.text(name).lstrip('$')}"

    def _destructured(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        elements = [meaningful(each)[-1] if each.type == "array_element_initializer" else each for each in meaningful(target)]
        if isinstance(value, Items) and len(value.values) == len(elements):
            for element, share in zip(elements, value.values, strict=True):
                yield from self.bind(element, operator, share)
            return
        whole, line = self.reader.text(target), line_of(target)
        yield whole, operator, value
        for index, element in enumerate(elements):
            yield from self.bind(element, "=", Item(Name(whole, line), Literal(index, line), line))

    def _use(self, node: Node, _: Scope) -> None:
        group = node.child_by_field_name("body")
        prefix = next((self.reader.text(child) for child in meaningful(node) if child.type == "namespace_name"), "")
        for clause in meaningful(group) if group else meaningful(node):
            if clause.type == "namespace_use_clause":
                alias = clause.child_by_field_name("alias")
                written = self.reader.text(next(child for child in meaningful(clause) if child != alias))
                self._import(
                    f"{prefix}\\{written}" if prefix else written, self.reader.text(alias) if alias else "", line_of(clause)
                )

    def _import(self, path: str, alias: str, line: int) -> None:
        module, _, member = path.strip("\\").rpartition("\\")
        name = alias or member
        self._known[name] = path.strip("\\")
        self.imports.append(Import(name, module.replace("\\", ".") or member, member if module else "", "", line))

    def _short(self, written: str, line: int) -> str:
        """The name of a qualified class in this file: its last part, with an import that says what that is."""
        first, _, rest = written.partition("\\")
        path = f"{self._known[first]}\\{rest}" if first in self._known and rest else written.strip("\\")
        last = path.rpartition("\\")[2]
        if "\\" not in path or self._known.get(last) == path:
            return last
        name = path if last in self._known or last in self._defined else last
        if self._known.get(name) != path:
            self._import(path, name, line)
        return name

    def _decorators(self, node: Node) -> tuple[Expression, ...]:
        """The attributes of a class, property or method, and the annotations in its doc comment."""
        found: list[Expression] = []
        attributes = node.child_by_field_name("attributes")
        for group in meaningful(attributes) if attributes else ():
            for attribute in meaningful(group):
                name = self.reader.read(meaningful(attribute)[0])
                given = attribute.child_by_field_name("parameters")
                if given is None:
                    found.append(name)
                else:
                    found.append(Call(name, *read_arguments(self.reader, given), line_of(attribute)))
        comment = node.prev_sibling
        if comment is not None and comment.type == "comment":
            written = self.source.text(comment)
            if written.startswith("/**") and "@" in written:
                found += [self._named(each) for each in annotations(written, line_of(comment))]
        return tuple(found)

    def _named(self, annotation: Expression) -> Expression:
        """An annotation under the name that its class has in this file, the annotations inside it too."""
        match annotation:
            case Name(name=name, line=line) if "\\" in name:
                return Name(self._short(name, line), line)
            case Call(function=function, arguments=arguments, keywords=keywords, line=line):
                named = tuple(self._named(item) for item in arguments)
                return Call(self._named(function), named, tuple((key, self._named(item)) for key, item in keywords), line)
            case Items(values=values, line=line):
                return Items(tuple(self._named(item) for item in values), line)
        return annotation

    def _class(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name")
        self._define(node, self.reader.text(name) if name else "", scope, self._decorators(node))

    def _anonymous(self, node: Node, scope: Scope) -> None:
        self._define(node, f"class@{line_of(node)}", scope, ())

    def _define(self, node: Node, name: str, scope: Scope, decorators: tuple[Expression, ...]) -> None:
        bases = [
            self.reader.read(base)
            for clause in meaningful(node)
            if clause.type in {"base_clause", "class_interface_clause"}
            for base in meaningful(clause)
        ]
        if bases and (held := self._held(node)) is not None:
            bases[0] = Item(bases[0], held, bases[0].line)
        around = scope.qualified
        found = Class(name, around, tuple(bases), (), decorators, line_of(node), node.end_point.row + 1)
        body = node.child_by_field_name("body") or next(
            (each for each in meaningful(node) if each.type.endswith("_list")), node
        )
        self.define_class(found, body, node.end_byte)

    def _held(self, node: Node) -> Expression | None:
        """What the base of a class is about: `@extends Repository<User>`, or the class that its constructor is given."""
        comment = node.prev_sibling
        written = self.source.text(comment) if comment is not None and comment.type == "comment" else ""
        if found := _EXTENDS.search(written):
            return Name(self._short(found[1], line_of(node)) if "\\" in found[1] else found[1], line_of(node))
        start, end = node.start_byte, node.end_byte
        if passed := _TO_PARENT.search(self.source.data, start, end):
            return Name(passed[1].decode(), line_of(node))
        return None

    def _mixin(self, node: Node, scope: Scope) -> None:
        for index, known in enumerate(self.classes):
            if known.qualified == scope.qualified:
                mixed = tuple(self.reader.read(child) for child in meaningful(node) if child.type in {"name", "qualified_name"})
                self.classes[index] = msgspec.structs.replace(known, bases=(*known.bases, *mixed))

    def _function(self, node: Node, scope: Scope) -> None:
        body, returned = node.child_by_field_name("body"), node.child_by_field_name("return_type")
        first: tuple[Parameter, ...] = ()
        if node.type == "method_declaration":
            static = any(child.type == "static_modifier" for child in node.children)
            first = (Parameter("cls" if static else "self"),)
        found = Function(
            self.reader.text(part(node, "name")),
            scope.qualified,
            (*first, *self._parameters(node)),
            self._decorators(node),
            (),
            line_of(node),
            node.end_point.row + 1,
            self.reader.read(returned) if returned else None,
            abstract=body is None,
        )
        self.define_function(found, body, node.end_byte)

    def _parameters(self, node: Node) -> Iterator[Parameter]:
        listed = node.child_by_field_name("parameters")
        for child in meaningful(listed) if listed else ():
            name, kind, default = (child.child_by_field_name(each) for each in ("name", "type", "default_value"))
            if name is None:
                continue
            written = self.reader.text(name).lstrip("$")
            yield Parameter(
                f"*{written}" if child.type == "variadic_parameter" else written,
                self.reader.read(kind) if kind else None,
                self.reader.read(default) if default else None,
            )

    def _closure(self, node: Node, scope: Scope) -> None:
        """A closure: its parameters are bound to what the call gives it; its statements stand in the scope around it."""
        listed = node.child_by_field_name("parameters")
        call = node.parent.parent.parent if node.parent is not None and node.parent.parent is not None else None
        receiver, operator = None, "block"
        if call is not None and call.type.endswith("call_expression"):
            self.govern(call, scope, line_of(node), node.end_point.row + 1)
            name = call.child_by_field_name("name")
            called = self.reader.text(name) if name else ""
            receiver = call.child_by_field_name("object") if called in _ELEMENTS | _WHOLE else call
            operator = "each" if called in _ELEMENTS else "block"
        for index, child in enumerate(meaningful(listed) if listed else ()):
            target, kind = child.child_by_field_name("name"), child.child_by_field_name("type")
            if target is None or (kind is None and (index or receiver is None or node.type == "arrow_function")):
                continue
            self.assign(Assignment(scope, [target], operator if not index else ":", receiver if not index else None, kind))

    def _property(self, node: Node, scope: Scope) -> None:
        kind = node.child_by_field_name("type")
        decorators = self._decorators(node)
        for element in meaningful(node):
            if element.type == "property_element":
                value = element.child_by_field_name("default_value")
                target = part(element, "name")
                self.assign(Assignment(scope, [target], "=" if value else ":", value, kind, decorators))

    def _promoted(self, node: Node, scope: Scope) -> None:
        """A parameter of a constructor that is a property as well."""
        kind, name = node.child_by_field_name("type"), self.reader.text(part(node, "name")).lstrip("$")
        annotation = self.reader.read(kind) if kind else None
        holder = scope.qualified
        self._bindings.append(
            (node.start_byte, Binding(name, holder, ":", None, line_of(node), annotation, self._decorators(node)))
        )

    def _constant(self, node: Node, scope: Scope) -> None:
        name, *values = meaningful(node)
        if values:
            self.assign(Assignment(scope, [name], "=", values[-1]))

    def _case(self, node: Node, scope: Scope) -> None:
        if value := node.child_by_field_name("value"):
            self.assign(Assignment(scope, [part(node, "name")], "=", value))

    def _assignment(self, node: Node, scope: Scope) -> None:
        if node.parent is not None and node.parent.type in _BINDINGS:
            return  # the rest of a chain
        left, value = part(node, "left"), part(node, "right")
        if left.type == "subscript_expression" and len(meaningful(left)) == 1:
            self._append(meaningful(left)[0], value, scope)
            return
        targets = [left]
        while value.type in {"assignment_expression", "reference_assignment_expression"}:
            targets.append(part(value, "left"))
            value = part(value, "right")
        self.assign(Assignment(scope, targets, "=", value))

    def _append(self, holder: Node, value: Node, scope: Scope) -> None:
        """`$list[] = value`."""
        expression, matters = self._value_of(value)
        if matters and expression is not None:
            line = line_of(holder)
            added = Call(Member(self.reader.read(holder, 0), "append", line), (expression,), (), line)
            self._evaluations[holder.start_byte] = Evaluation(added, scope.qualified, line)

    def _augmented(self, node: Node, scope: Scope) -> None:
        operator = {".=": "+=", "??=": "="}.get(part(node, "operator").type, part(node, "operator").type)
        self.assign(Assignment(scope, [part(node, "left")], operator, part(node, "right")))

    def _foreach(self, node: Node, scope: Scope) -> None:
        children = [child for child in meaningful(node) if child != node.child_by_field_name("body")]
        if len(children) < 2:
            return
        *keys, target = meaningful(children[1]) if children[1].type == "pair" else children[1:2]
        self.assign(Assignment(scope, [target], "for", children[0]))
        if keys:
            self.assign(Assignment(scope, keys, _KEYS, children[0]))

    def _return(self, node: Node, scope: Scope) -> None:
        children = meaningful(node)
        if not children or children[0].type in _BINDINGS:
            return
        around = node.parent
        while around is not None and around.type not in _FUNCTIONS:
            around = around.parent
        if around is None or around.type == "anonymous_function":
            if around is None or not returns_at_once(around):
                self.evaluate(children[0], scope)
        elif scope.is_function:
            self.give_back(children[0], scope)

    def _value(self, node: Node, scope: Scope) -> None:
        """An expression that is evaluated."""
        if node.type in _BINDINGS:
            return
        if node.type in _INCLUDES:
            self._include(node)
        elif node.type == "function_call_expression" and self.reader.text(part(node, "function")) == "define":
            self._defined_constant(node, scope)
        else:
            self.evaluate(node, scope)

    def _include(self, node: Node) -> None:
        """What an included file defines, its variables too, is seen as if it stood here."""
        written = self.reader.read(meaningful(node)[-1]) if meaningful(node) else None
        path, pending = "", [written]
        while pending:
            match pending.pop():
                case Text(value=value):
                    path = value + path
                case Operation(operator="+", left=left, right=right):
                    pending += [left, right]
        steps = [step for step in path.removesuffix(".php").split("/") if step not in {"", "."}]
        if steps and "\n" not in path and steps[-1] != "autoload":
            above = steps.count("..")
            module = "." * (above + 1) + ".".join(step for step in steps if step != "..")
            self.imports.append(Import("*", module, "*", "", line_of(node)))

    def _defined_constant(self, node: Node, scope: Scope) -> None:
        given = meaningful(part(node, "arguments"))
        name = self.reader.read(meaningful(given[0])[-1]) if len(given) > 1 and meaningful(given[0]) else None
        if isinstance(name, Text):
            value = self.reader.read(meaningful(given[1])[-1])
            self._bindings.append((node.start_byte, Binding(name.value, "", "=", value, line_of(node))))
        else:
            self.evaluate(node, scope)
