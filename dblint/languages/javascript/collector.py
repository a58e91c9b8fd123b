"""What the captured slots of a JavaScript or TypeScript file mean."""

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from tree_sitter import Node

from dblint.languages.collector import Assignment, Bound, Handler, Scope
from dblint.languages.driver import Source
from dblint.languages.javascript import functions
from dblint.languages.javascript.expressions import pattern_of
from dblint.languages.javascript.modules import EXPORTS, ModuleCollector
from dblint.languages.javascript.targets import PATTERNS, bind, parts
from dblint.languages.javascript.types import type_arguments
from dblint.languages.reader import Reader, line_of, meaningful, type_parameters
from dblint.languages.reader import field as part
from dblint.model.syntax import PROPERTY, Binding, Call, Class, Expression, Function, Item, Name, Parameter

# Methods that give their function the elements of what they are called on, and those that give it the result.
_ELEMENTS = frozenset({"forEach", "map", "filter", "some", "every", "find", "flatMap", "each"})
_RESULTS = frozenset({"then", "tap", "finally"})
_ERRORS = frozenset({"err", "error", "e", "_"})
# Types that `type Database = Kysely<Schema>` only gives another name.
_OTHER_NAMES_OF = frozenset({"generic_type", "type_identifier", "nested_type_identifier", "lookup_type", "union_type"})
# Expressions that do something, or give what a function of one expression returns.
_EVALUATED = frozenset(
    {"call_expression", "await_expression", "new_expression", "member_expression", "subscript_expression", "yield_expression"}
    | {"parenthesized_expression", "ternary_expression", "binary_expression", "unary_expression", "sequence_expression"}
)


class JavaScriptCollector(ModuleCollector):
    """The facts of one file."""

    # A tag before a template literal calls, too.
    called: ClassVar[re.Pattern[bytes]] = re.compile(rb"(?<![\w$])[A-Za-z_$][\w$]*+(?=\s*+(?:<[^;()]{0,200}>)?\s*+[(`])")
    outlives: ClassVar[tuple[str, ...]] = ("this.", "module.", "exports.", "exports")

    def __init__(self, source: Source, calls: frozenset[str], reader: Reader) -> None:
        self._declared: set[tuple[str, str]] = set()  # names that are declared, with their scopes
        super().__init__(source, calls, reader)

    def handlers(self) -> Mapping[str, Handler]:
        """What each capture means."""
        return {
            "import": self._import,
            "export": self._export,
            "require": self._require,
            "class": self._class,
            "interface": self._interface,
            "enum": self._enum,
            "function": self._function,
            "declarator": self._declarator,
            "assignment": self._assignment,
            "augmented": self._augmented,
            "field": self._field,
            "return": self._return,
            "for": self._for,
            "expression": self._expression,
            "value": self._value,
        }

    def bind(self, target: Node, operator: str, value: Expression | None) -> Iterator[Bound]:
        """What the patterns bind."""
        return bind(self.reader, target, operator, value)

    # Definitions

    def _decorators(self, node: Node) -> tuple[Expression, ...]:
        found = [child for child in node.children if child.type == "decorator"]
        if node.parent is not None and node.parent.type == "export_statement":
            found = [child for child in node.parent.children if child.type == "decorator"] + found
        before = node.prev_sibling
        while before is not None and before.type in {"decorator", "comment"} and node.type == "method_definition":
            if before.type == "decorator":
                found.insert(0, before)
            before = before.prev_sibling
        return tuple(self.reader.read(meaningful(child)[0]) for child in found if meaningful(child))

    def _class(self, node: Node, scope: Scope) -> None:
        name = self._text(node.child_by_field_name("name")) or self._name_around(node)
        if not name:
            name = functions.anonymous(node)
        heritage = [child for child in node.children if child.type == "class_heritage"]
        bases = tuple(base for each in heritage for base in self._bases(each))
        decorators = self._decorators(node)
        generic = type_parameters(node, self._text)
        found = Class(name, scope.qualified, bases, generic, decorators, line_of(node), node.end_point.row + 1)
        for child in [
            *node.children,
            *(node.parent.children if node.parent and node.parent.type == "export_statement" else ()),
        ]:
            if child.type == "decorator" and meaningful(child):
                self.evaluate(meaningful(child)[0], scope)
        body = part(node, "body")
        self._classes.add(found.qualified)
        self.define_class(found, body, node.end_byte)

    def _name_around(self, node: Node) -> str:
        """The name of a class expression: of the variable or property that it is assigned to."""
        around = functions.holding(node)
        if around is None:
            return ""
        if around.type == "variable_declarator":
            return self._text(around.child_by_field_name("name"))
        if around.type == "export_statement":
            return "default"
        if around.type == "assignment_expression":
            target = self._text(around.child_by_field_name("left"))
            return "default" if target in EXPORTS else target.rpartition(".")[2]
        return ""

    def _bases(self, heritage: Node) -> Iterator[Expression]:
        clauses = [child for child in meaningful(heritage) if child.type in {"extends_clause", "implements_clause"}]
        for clause in clauses or [heritage]:
            if clause.type == "extends_clause":
                base = self.reader.read(part(clause, "value"))
                key = type_arguments(self.reader, clause, 0)
                yield Item(base, key, line_of(clause)) if key is not None else base
            else:
                yield from self.reader.all(clause.named_children, 0)

    def _interface(self, node: Node, scope: Scope) -> None:
        """An interface or a type of properties: a class whose fields have only types; another name of a type stands for it."""
        body = node.child_by_field_name("body") or part(node, "value")
        name = self._text(node.child_by_field_name("name"))
        extends = [child for child in node.children if child.type == "extends_type_clause"]
        bases = tuple(base for each in extends for base in self.reader.all(each.named_children, 0))
        if body.type not in {"interface_body", "object_type"}:
            if body.type in _OTHER_NAMES_OF:
                alias = Binding(name, scope.qualified, ":", None, line_of(node), self.reader.read(body))
                self.bind_to(alias, node)
            return
        found = Class(name, scope.qualified, bases, (), (), line_of(node), node.end_point.row + 1)
        self._classes.add(found.qualified)
        self.define_class(found, body, node.end_byte)
        for member in meaningful(body):
            key = functions.key_of(member.child_by_field_name("name"))
            kind = member.child_by_field_name("type")
            if member.type == "property_signature" and key and kind is not None:
                self.bind_to(Binding(key, found.qualified, ":", None, line_of(member), self.reader.read(kind)), member)

    def _enum(self, node: Node, scope: Scope) -> None:
        body = part(node, "body")
        name = self._text(node.child_by_field_name("name"))
        found = Class(name, scope.qualified, (), (), (), line_of(node), node.end_point.row + 1)
        self._classes.add(found.qualified)
        self.define_class(found, body, node.end_byte)
        for member in meaningful(body):
            value = member.child_by_field_name("value")
            if value is not None:
                key = functions.key_of(part(member, "name"))
                self.bind_to(Binding(key, found.qualified, "=", self.reader.read(value), line_of(member)), member)

    def _governed(self, node: Node, scope: Scope) -> None:
        """The lines of a function that is passed to a call (`prisma.$transaction(async (tx) => { … })`)."""
        call = node.parent.parent if node.parent is not None and node.parent.type == "arguments" else None
        function = call.child_by_field_name("function") if call is not None else None
        if function is not None:
            self.govern_callback(function, function.child_by_field_name("property") or function, scope, node)

    def _function(self, node: Node, scope: Scope) -> None:
        self._governed(node, scope)
        body = node.child_by_field_name("body")
        if node.type in functions.DECLARATIONS:
            known: functions.Named | None = functions.Named(self._text(node.child_by_field_name("name")))
        else:
            known = functions.named(node)
        if known is None and functions.only_expression(node) is not None:
            return  # read as part of the expression that it stands in
        name = known.name if known is not None else functions.anonymous(node)
        owner = self._owner(known, scope)
        is_member = owner in self._classes and owner != ""
        parameters = list(self._parameters(node))
        if is_member:
            parameters.insert(0, Parameter(self._receiver(node, known)))
        returned = node.child_by_field_name("return_type")
        gives = body is not None and body.type != "statement_block"
        found = Function(
            name,
            owner,
            tuple(parameters),
            (*self._decorators(node), *_getter(node)) if node.type == "method_definition" else (),
            (self.reader.read(body),) if body is not None and gives else (),
            line_of(node),
            node.end_point.row + 1,
            self.reader.read(returned) if returned is not None else None,
        )
        if body is not None and gives:
            self.needs(body, Scope(found.qualified, 0, 0))
        self._declared |= {(found.qualified, parameter.name) for parameter in parameters}
        self.define_function(found, body, node.end_byte)
        self._bind_parameters(node, found)

    def _owner(self, known: functions.Named | None, scope: Scope) -> str:
        """The scope that a function is a member of."""
        if known is None:
            return scope.qualified
        if known.holder == "":
            return ""
        if known.holder is not None:
            return f"{scope.qualified}.{known.holder}" if scope.qualified else known.holder
        if known.is_member and scope.is_function:  # `this.f = …` in a constructor
            return scope.qualified.rpartition(".")[0]
        return scope.qualified

    @staticmethod
    def _receiver(node: Node, known: functions.Named | None) -> str:
        if known is not None and known.holder is not None:
            return "cls"
        holder = node if node.type == "method_definition" else functions.holding(node)
        return "cls" if holder is not None and any(child.type == "static" for child in holder.children) else "self"

    def _written_parameters(self, node: Node) -> list[Node]:
        single, listed = node.child_by_field_name("parameter"), node.child_by_field_name("parameters")
        return [single] if single is not None else meaningful(listed) if listed is not None else []

    def _parameters(self, node: Node) -> Iterator[Parameter]:
        for each in self._written_parameters(node):
            pattern = pattern_of(each)
            if pattern.type == "this":
                continue
            kind = each.child_by_field_name("type")
            default = each.child_by_field_name("value")
            if default is None and each.type == "assignment_pattern":
                default = each.child_by_field_name("right")
            name = self.reader.text(meaningful(pattern)[0]) if pattern.type == "rest_pattern" else self.reader.text(pattern)
            yield Parameter(
                f"*{name}" if pattern.type == "rest_pattern" else name,
                self.reader.read(kind) if kind is not None else None,
                self.reader.read(default) if default is not None else None,
            )

    def _bind_parameters(self, node: Node, found: Function) -> None:
        """Binds the names of patterns, and the fields that a constructor of TypeScript declares by its parameters.

        The parameters of a function without a name are what the call gives that the function is passed to.
        """
        given = self._given(node) if found.name.startswith("@") and self.may_matter(part(node, "body")) else None
        for each in self._written_parameters(node):
            pattern = pattern_of(each)
            if given is not None and self.reader.text(pattern) not in _ERRORS:
                self.bind_to(Binding(self.reader.text(pattern), found.qualified, *given, line_of(each)), each)
            if pattern.type in PATTERNS:
                whole = Name(self.reader.text(pattern), line_of(pattern))
                for target, operator, value in parts(self.reader, pattern, whole):
                    self.bind_to(Binding(target, found.qualified, operator, value, line_of(each)), each)
            elif pattern.type == "identifier" and found.name == "constructor" and _declares_field(each):
                kind = each.child_by_field_name("type")
                annotation = self.reader.read(kind) if kind is not None else None
                self.bind_to(
                    Binding(
                        f"self.{self.reader.text(pattern)}",
                        found.qualified,
                        ":",
                        None,
                        line_of(each),
                        annotation,
                        self._decorators(each),
                    ),
                    each,
                )

    def _given(self, node: Node) -> tuple[str, Expression] | None:
        """How a call gives what it is called on, or its own result, to the function that it is passed."""
        arguments = functions.holding(node)
        call = arguments.parent if arguments is not None and arguments.type == "arguments" else None
        called = call.child_by_field_name("function") if call is not None and call.type == "call_expression" else None
        if call is None or called is None:
            return None
        receiver = called.child_by_field_name("object")
        name = self._text(called.child_by_field_name("property"))
        if receiver is not None and name in _ELEMENTS:
            return "each", self.reader.read(receiver)
        if receiver is not None and name in _RESULTS:
            return "block", self.reader.read(receiver)
        texts = tuple(self.reader.read(child) for child in meaningful(part(call, "arguments")) if child.type == "string")
        return "block", Call(self.reader.read(called), texts, (), line_of(called))

    # Values

    def _declarator(self, node: Node, scope: Scope) -> None:
        target, value = part(node, "name"), node.child_by_field_name("value")
        self._declared.add((scope.qualified, self.reader.text(target)))
        kind = node.child_by_field_name("type")
        inner = functions.unwrapped(value) if value is not None else None
        if value is None or inner is None:
            if kind is not None:
                self.assign(Assignment(scope, [target], ":", None, kind))
            return
        if self._is_definition(target, inner, scope) or self._is_import(target, inner, scope):
            return
        self.assign(Assignment(scope, [target], "=", value, kind))

    def _is_definition(self, target: Node, value: Node, scope: Scope) -> bool:
        """Whether a function, a class or an object that is as good as one gets its name here."""
        if value.type in functions.EXPRESSIONS or value.type == "class":
            return target.type == "identifier"
        if value.type == "object" and target.type == "identifier" and functions.class_like(value):
            self._members_of(value, self.reader.text(target), scope)
            return True
        return False

    def _assignment(self, node: Node, scope: Scope) -> None:
        target, value = part(node, "left"), part(node, "right")
        inner = functions.unwrapped(value)
        if inner.type in functions.EXPRESSIONS and functions.named(inner) is not None:
            return
        written = self.reader.text(target)
        if inner.type == "class" and not inner.child_by_field_name("name"):
            return
        if target.type == "identifier":
            self._find_owner(written, scope)
        targets = [target]
        while inner.type == "assignment_expression":
            targets.append(part(inner, "left"))
            inner = functions.unwrapped(part(inner, "right"))
        if any(self.reader.text(each) in EXPORTS for each in targets):
            self._exported(inner, scope)
        elif written.startswith(("exports.", "module.exports.")):
            name = written.rpartition(".")[2]
            value_of = self.reader.read(inner)
            if not (isinstance(value_of, Name) and value_of.name == name):
                self._alias(name, value_of, inner)
        elif target.type == "subscript_expression":
            self.value(value, scope)
        else:
            self.assign(Assignment(scope, targets[:1], "=", inner if len(targets) > 1 else value))

    def _find_owner(self, name: str, scope: Scope) -> None:
        """Says which scope a name belongs to that is set without being declared: the innermost around that declares it."""
        around = scope.qualified
        while around and (around, name) not in self._declared:
            around = around.rpartition(".")[0]
        if around != scope.qualified:
            scope.elsewhere[name] = around

    def _augmented(self, node: Node, scope: Scope) -> None:
        operator = part(node, "operator").type
        self.assign(
            Assignment(scope, [part(node, "left")], "=" if operator in {"||=", "??="} else operator, part(node, "right"))
        )

    def _field(self, node: Node, scope: Scope) -> None:
        name, value = node.child_by_field_name("name") or part(node, "property"), node.child_by_field_name("value")
        if value is not None and functions.unwrapped(value).type in functions.EXPRESSIONS:
            return
        key, kind = functions.key_of(name), node.child_by_field_name("type")
        if key:
            self.bind_to(
                Binding(
                    key,
                    scope.qualified,
                    "=" if value is not None else ":",
                    self.reader.read(value) if value is not None else None,
                    line_of(name),
                    self.reader.read(kind) if kind is not None else None,
                    self._decorators(node),
                ),
                node,
            )

    def _return(self, node: Node, scope: Scope) -> None:
        if functions.stands_in_lambda(node):
            return
        for child in meaningful(node):
            self.give_back(child, scope)

    def _for(self, node: Node, scope: Scope) -> None:
        if any(child.type == "of" for child in node.children):
            self.assign(Assignment(scope, [part(node, "left")], "for", part(node, "right")))
        else:
            self.evaluate(part(node, "right"), scope)

    def _expression(self, node: Node, scope: Scope) -> None:
        """A statement that is an expression; what is assigned in one is a capture of its own."""
        if node.type in _EVALUATED and (node.parent is None or not functions.stands_in_lambda(node.parent)):
            self._value(node, scope)

    def _value(self, node: Node, scope: Scope) -> None:
        self.evaluate(functions.unwrapped(node), scope)


def _declares_field(parameter: Node) -> bool:
    return any(child.type in {"accessibility_modifier", "readonly", "override_modifier"} for child in parameter.children)


def _getter(node: Node) -> tuple[Expression, ...]:
    """What makes a method one that is read as an attribute, by the name that Python has for it."""
    return (Name(PROPERTY, line_of(node)),) if any(child.type == "get" for child in node.children) else ()
