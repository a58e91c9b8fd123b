"""Mapper files as common syntax facts: each statement is a method of the class that the namespace names, and a call."""

from dblint.languages.elements import DocumentError, Element, root_of
from dblint.languages.mybatis.statements import sql_of
from dblint.model.syntax import Call, Class, Evaluation, Function, Member, Module, Name, Parameter

STATEMENTS = frozenset({"select", "insert", "update", "delete", "statement", "procedure"})


def read(path: str, text: str) -> Module:
    """The facts of a mapper file, which needs no grammar."""
    try:
        root = root_of(text)
    except DocumentError as error:
        return Module(path, "mybatis", broken=((error.line, error.line),))
    name = root.attributes.get("namespace", "").rpartition(".")[2] or "mapper"
    fragments = {each.attributes.get("id", ""): each for each in root.elements() if each.name == "sql"}
    functions: list[Function] = []
    evaluations: list[Evaluation] = []
    for element in root.elements():
        if element.name not in STATEMENTS:
            continue
        method = Function(
            element.attributes.get("id", "statement"),
            name,
            (Parameter("self"),),
            (),
            (),
            element.line,
            max(element.end, element.line),
        )
        functions.append(method)
        keys = [each for each in element.elements() if each.name == "selectKey"]
        evaluations += [_evaluation(each, fragments, method.qualified) for each in (element, *keys)]
    made = Class(name, "", (), (), (), root.line, max(root.end, root.line))
    return Module(path, "mybatis", classes=(made,), functions=tuple(functions), evaluations=tuple(evaluations))


def _evaluation(element: Element, fragments: dict[str, Element], scope: str) -> Evaluation:
    """The call `session.<select>(sql)`, a name that no code can have."""
    line = element.line
    call = Call(Member(Name("session", line), f"<{element.name}>", line), (sql_of(element, fragments),), (), line)
    return Evaluation(call, scope, line)
