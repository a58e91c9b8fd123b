"""What a file takes from others and gives to them: ES modules and CommonJS."""

from tree_sitter import Node

from dblint.languages.collector import Collector, Scope
from dblint.languages.driver import Source
from dblint.languages.javascript import functions
from dblint.languages.javascript.expressions import module_of
from dblint.languages.javascript.imports import imports, required
from dblint.languages.javascript.targets import parts
from dblint.languages.reader import Reader, line_of, meaningful
from dblint.languages.reader import field as part
from dblint.model.syntax import Binding, Class, Expression, Import, Name

EXPORTS = frozenset({"module.exports", "exports"})
"""What CommonJS exports, as it is written."""


class ModuleCollector(Collector):
    """The imports and exports of one file."""

    def __init__(self, source: Source, calls: frozenset[str], reader: Reader) -> None:
        self._classes = {""}  # scopes whose names are members
        super().__init__(source, calls, reader)

    def _text(self, node: Node | None) -> str:
        return self.reader.text(node) if node is not None else ""

    def _import(self, node: Node, scope: Scope) -> None:
        self.imports += imports(self.source.text(node), scope.qualified, line_of(node))

    def _require(self, node: Node, _: Scope) -> None:
        """`require("m")` inside an expression; with a name of its own it is read where that stands."""
        module = module_of(self.reader, node)
        if not module:
            return
        around = functions.holding(node)
        while around is not None and around.type in {"await_expression", "member_expression"}:
            around = functions.holding(around)
        if around is None or around.type != "variable_declarator":
            self.imports.append(Import(required(module), module, "default", "", line_of(node)))

    def _export(self, node: Node, scope: Scope) -> None:
        """`export { a as b }`, `export default x`, `export = x`; what is declared there is captured by itself."""
        if node.child_by_field_name("source") is not None:
            self.imports += imports(self.source.text(node), scope.qualified, line_of(node))
            return
        declared = node.child_by_field_name("declaration")
        if declared is not None:
            name = declared.child_by_field_name("name")
            if name is not None and any(child.type == "default" for child in node.children):
                self._alias("default", Name(self.reader.text(name), line_of(name)), node)
            return
        clauses = [child for child in meaningful(node) if child.type == "export_clause"]
        for each in meaningful(clauses[0]) if clauses else ():
            name, alias = each.child_by_field_name("name"), each.child_by_field_name("alias")
            if name is not None and alias is not None:
                self._alias(self.reader.text(alias), Name(self.reader.text(name), line_of(name)), node)
        value = node.child_by_field_name("value") or next(iter(meaningful(node)), None)
        if value is not None and not clauses:
            self._export_default(value, scope)

    def _export_default(self, value: Node, scope: Scope) -> None:
        if functions.unwrapped(value).type in {*functions.EXPRESSIONS, "class", "class_declaration", "decorator"}:
            return
        if value.type == "object" and functions.class_like(value) is not None:
            self._members_of(value, "default", scope)
        else:
            self._alias("default", self.reader.read(value), value)

    def _alias(self, name: str, value: Expression, node: Node) -> None:
        """One more name by which other files know something."""
        self.bind_to(Binding(name, "", "=", value, line_of(node)), node)

    def _members_of(self, node: Node, name: str, scope: Scope) -> None:
        """Reads an object literal with functions as a class; without a name its members are what the file exports."""
        if name:
            found = Class(name, scope.qualified, (), (), (), line_of(node), node.end_point.row + 1)
            self._classes.add(found.qualified)
            self.classes.append(found)
            qualified = found.qualified
        else:
            qualified = ""
        for key, value in functions.members(node):
            expression = self.reader.read(value)
            if not (isinstance(expression, Name) and expression.name == key and not name):
                self.bind_to(Binding(key, qualified, "=", expression, line_of(value)), value)

    def _is_import(self, target: Node, value: Node, scope: Scope) -> bool:
        """Whether names are bound to a module or to members of one (`const { A } = require("m")`, `require("m").A`)."""
        members: list[str] = []
        while value.type == "member_expression":
            members.insert(0, self.reader.text(part(value, "property")))
            value = functions.unwrapped(part(value, "object"))
        module = module_of(self.reader, value) if value.type == "call_expression" else ""
        if not module or len(members) > 1:
            return False
        line, default = line_of(target), "" if part(value, "function").type == "import" else "default"
        if target.type == "identifier":
            self.imports.append(
                Import(self.reader.text(target), module, members[0] if members else default, scope.qualified, line)
            )
            return True
        if target.type != "object_pattern" or members:
            return False
        for name, _, value_of in parts(self.reader, target, Name(module, line)):
            member = getattr(value_of, "name", "") or name
            self.imports.append(Import(name, module, member, scope.qualified, line))
        return True

    def _exported(self, value: Node, scope: Scope) -> None:
        """`module.exports = …`: the members of an object are what the file exports, anything else is its default."""
        if value.type == "class":
            name = self._text(value.child_by_field_name("name"))
            if name:
                self._alias("default", Name(name, line_of(value)), value)
            return
        if value.type in functions.EXPRESSIONS:
            return
        if value.type == "object":
            for child in meaningful(value):
                if child.type == "spread_element" and (inner := meaningful(child)) and inner[0].type == "call_expression":
                    module = module_of(self.reader, inner[0])
                    self.imports += [Import("*", module, "*", "", line_of(child))] if module else []
            self._members_of(value, "", scope)
        else:
            self._alias("default", self.reader.read(value), value)
