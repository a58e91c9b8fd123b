"""Which services pay for a piece of code: the one that holds it, or for shared code those that reach it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dblint.model.facts import OPEN, Interpretation, RawStatement
from dblint.model.place import Place
from dblint.model.tree import Tree, libraries_taken

NOBODY = ""
"""The service of a file that belongs to no service and that no service uses."""

_WHOLE = "*"
_LOADED = ("", "=loaded")
_BY_METHOD = (".xml", ".java", ".kt", ".scala", ".go", ".rs", ".ts")
"""Files whose methods are known to be called or not: mappers, classes held in fields, types of Go and Scala, paths of Rust,
names that modules of TypeScript import."""

_CALLED_BY_THE_TREE = 0.75
"""How many of a type's methods are called where no framework calls the others."""
_JVM = (".java", ".kt", ".scala")


class Charge(NamedTuple):
    """`service` answers for the code; `via` is the library it is reached through."""

    service: str
    via: tuple[str, ...] = ()


class Holders:
    """Which service holds a file, by the tree's list and else by the service's folders."""

    def __init__(self, tree: Tree) -> None:
        self._files = {file.path: file.service for file in tree.files}
        folders = [(folder, service.name) for service in tree.services for folder in (service.path, *service.paths)]
        self._folders = sorted(folders, key=lambda pair: (-len(pair[0]), pair))
        self.services = {service.name for service in tree.services if service.kind == "service"}
        self.libraries = {service.name: service.path for service in tree.services if service.kind == "library"}
        self.schemas = {service.name: service.path for service in tree.services if service.kind == "schema"}
        self.takers = _takers(tree)
        self._beside = tuple(
            f"{folder}/"
            for service in tree.services
            if service.kind == "service" and not service.declared
            for folder in service.paths
        )
        self._containers: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for place, service in sorted(tree.commanded):
            self._containers[place.path].append((place.line, service))
        self._referring = {service.name for service in tree.services if service.takes}
        taken = {service.name: self.services.intersection(service.takes) for service in tree.services}
        self._around = {name: next(iter(others)) for name, others in taken.items() if len(others) == 1}

    def service_of(self, path: str) -> str:
        """The service that holds the file, `NOBODY` where none does."""
        found = self._files.get(path)
        if found is None:
            inside = (name for folder, name in self._folders if folder in (".", path) or path.startswith(f"{folder}/"))
            found = self._files[path] = next(inside, NOBODY)
        return found

    def container_at(self, place: Place) -> str:
        """The service whose container a line of a Compose file is part of, `NOBODY` where none is."""
        return next((name for line, name in reversed(self._containers.get(place.path, ())) if line <= place.line), NOBODY)

    def is_shared(self, path: str) -> bool:
        """Whether the file is charged to those who use it."""
        service = self.service_of(path)
        return service == NOBODY or service in self.libraries

    def is_beside(self, path: str) -> bool:
        """Whether the file stands in a package of Go that is called after a program: its own, which others may import too."""
        return path.endswith(".go") and path.startswith(self._beside)

    def is_called(self, path: str) -> bool:
        """Whether services may run the file: shared code, or what a folder of definitions has to ask its tables by."""
        return self.is_shared(path) or self.service_of(path) in self.schemas or self.is_beside(path)

    def may_run(self, service: str, path: str) -> bool:
        """Whether a service can run a file: in .NET and on the JVM only of what it is built with, where it is with anything.

        What builds of the JVM leave to a parent is not known: there, somebody has to be built with the library by itself.
        Whoever is built with several services starts them together, and what they do stays theirs.
        """
        library = self.service_of(path)
        if not path.endswith((".cs", *_JVM)) or service not in self._referring or library not in self.libraries:
            return True
        takers = self.takers.get(library, frozenset())
        if path.endswith(".cs"):
            return service in takers
        return not takers or service in takers or self._around.get(service) in takers


class Charges:
    """The services charged for each scope of each file."""

    def __init__(self, holders: Holders, interpretation: Interpretation) -> None:
        self._holders = holders
        self._methods = _Methods(interpretation)
        self._reached = _reached(holders, interpretation, self._methods)
        self._selected = {name for _, _, other, name in interpretation.reaches if not other}
        users: dict[str, set[str]] = defaultdict(set)
        for path, found in self._reached.items():
            if holders.is_shared(path):
                users[holders.service_of(path)].update(found)
        self._used = {library for library, found in users.items() if library != NOBODY and found}
        for library, takers in holders.takers.items():
            users[library] = users[library] or set(takers)
        self._sole_users = {library: min(found) for library, found in users.items() if library != NOBODY and len(found) == 1}

    def of(self, path: str, scope: str = "") -> tuple[Charge, ...]:
        """Who is charged for the code in `scope`; code that no service uses is charged to its own folder.

        Nobody is for a query of a mapper or repository that no service calls, if services use its library otherwise.
        """
        service = self._holders.service_of(path)
        if self._holders.is_beside(path):
            users = self._running(path, scope)
            return tuple(Charge(user, () if user == service else (path,)) for user in sorted(users)) or (Charge(service),)
        if not self._holders.is_shared(path):
            return (Charge(service),)
        via = (self._holders.libraries.get(service, path),)
        reached = self._reached.get(path, {})
        users = self._running(path, scope)
        holder, _, method = scope.partition("@")[0].rstrip(".").rpartition(".")
        if not users and holder and f".{method}" not in self._selected:  # whoever has the type: a framework calls it
            having = [user for user, scopes in reached.items() if f"{holder}{OPEN}" in scopes]
            users = having if len(having) == 1 or self._may_wait(path, holder, method) else []
        takers = self._holders.takers.get(service, ())
        # Of several services that have the library as a whole, nobody knows which of them runs code that none mentions.
        if not users and service in self._used and (path.endswith(_BY_METHOD) or len(takers) > 1):
            return ()
        users = users or (list(takers) if len(takers) == 1 else [])
        return tuple(Charge(user, via) for user in sorted(users)) or (Charge(service),)

    def _running(self, path: str, scope: str) -> list[str]:
        """The services that are seen to run a scope of a file."""
        return [user for user, scopes in self._reached.get(path, {}).items() if any(_covers(each, scope) for each in scopes)]

    def _may_wait(self, path: str, holder: str, method: str) -> bool:
        """Whether a method that the tree does not call may be one that a framework calls, in whatever service has its type.

        What several types have is a method of an interface of the tree. And of a type with many methods of which the tree calls
        nearly all, what it does not call is left over.
        """
        own = self._methods.of.get((path, holder), set())
        is_left = len(own & self._selected) >= _CALLED_BY_THE_TREE * len(own) > 0
        return not is_left and len(self._methods.types.get(f".{method}", ())) < 2

    def running(self, statement: RawStatement) -> tuple[Charge, ...]:
        """Who is charged for a statement: those that run both its code and whatever gives the name of its table.

        Nobody is for the code of one service with a name that code of another gives: that calls something of the same name.
        """
        if container := self._holders.container_at(statement.place):
            return (Charge(container),)
        path, scope = statement.runner
        found = self._callers(statement) or self.of(path, scope)
        if self._holders.is_beside(path) and any(each.mode == "ddl" for each in statement.accesses):
            found = (Charge(self._holders.service_of(path)),)  # a program that creates the tables of others has none of them
        shared = self.is_shared(path)
        for file, scope in statement.givers:
            if shared:
                found = self._also(found, file, scope)
            elif found[0].service not in self._giving(file, scope):
                return ()
        return found

    def _giving(self, file: str, scope: str) -> set[str]:
        """The services that code which gives something belongs to: all of them where nobody knows who runs shared code."""
        if not self.is_shared(file):
            return {self._holders.service_of(file)}
        users = {charge.service for charge in self.of(file, scope)} & self._holders.services
        return users or {*self._holders.services, *self._holders.schemas}

    def _callers(self, statement: RawStatement) -> tuple[Charge, ...]:
        """The services that call code of a folder of definitions; what creates tables is that folder's own."""
        path, scope = statement.runner
        if self._holders.service_of(path) not in self._holders.schemas or any(
            each.mode == "ddl" for each in statement.accesses
        ):
            return ()
        users = self._running(path, scope)
        via = (self._holders.schemas[self._holders.service_of(path)],)
        return tuple(Charge(user, via) for user in sorted(users) if user in self._holders.services)

    def _also(self, found: tuple[Charge, ...], file: str, scope: str) -> tuple[Charge, ...]:
        """Those of the services which run other code too; where nobody knows who does, one service is still the one."""
        others = {charge.service for charge in self.of(file, scope)}
        if len(found) == 1 and others and not others & self._holders.services:
            return found
        both = tuple(charge for charge in found if charge.service in others)
        return both or tuple(Charge(service, found[0].via if found else ()) for service in sorted(others))

    def is_shared(self, path: str) -> bool:
        """Whether the file is charged to those who use it."""
        return self._holders.is_shared(path)

    def answerable(self, place: Place) -> str:
        """The service that answers for definitions: the one that holds their file, for a library its only user.

        For what a container of Compose is told to run that is the service of this container.
        """
        return self._holders.container_at(place) or self.sole_user(self._holders.service_of(place.path))

    def sole_user(self, service: str) -> str:
        """The only user of a library, else the service or library itself."""
        return self._sole_users.get(service, service)


def _takers(tree: Tree) -> dict[str, frozenset[str]]:
    """The services that have the whole code of each library, through other libraries too."""
    found: dict[str, set[str]] = defaultdict(set)
    for user, libraries in libraries_taken(tree.services).items():
        for library in libraries:
            found[library].add(user)
    return {library: frozenset(users) for library, users in found.items()}


def _covers(reached: str, scope: str) -> bool:
    """Whether code in `scope` runs when `reached` is used: module level always, a class's body with any of its methods.

    A function without a name (`@12_4`) runs with what it stands in; one that stands in no other (a hook, a route) where
    something of its file is used, which loading it alone is not.
    """
    hooked = scope.startswith("@")
    scope = scope.partition("@")[0].rstrip(".")
    if not scope or reached == _WHOLE:
        return not hooked or reached not in _LOADED
    return bool(reached) and (scope == reached or scope.startswith(f"{reached}.") or reached.startswith(f"{scope}."))


class _Code(NamedTuple):
    """What files import (`imports`) and what their scopes mention (`edges`)."""

    imports: dict[str, list[tuple[str, str]]]
    edges: dict[str, list[tuple[str, str, str]]]


def _reached(holders: Holders, interpretation: Interpretation, methods: "_Methods") -> dict[str, dict[str, set[str]]]:
    """For each shared file and each service: the scopes that the service reaches, through other shared files too."""
    code = _Code(defaultdict(list), defaultdict(list))
    for file, other, member in interpretation.imports:
        code.imports[file].append((other, member or _WHOLE))
    for file, scope, other, other_scope in interpretation.reaches:
        code.edges[file].append((scope, other, other_scope))
    starts = _starts(holders, code)
    result: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))

    for service in sorted(starts):
        for file, scope in _closure(starts[service], code, holders, methods):
            if holders.may_run(service, file):
                result[file][service].add(scope)
    for service, found in sorted(_waiting(holders, code, result).items()):
        for file, scope in _closure(starts[service] | found, code, holders, methods):
            # It is not sure that anybody runs it, so that it is no reason to charge the package of another program too.
            if holders.may_run(service, file) and (not holders.is_beside(file) or holders.service_of(file) == service):
                result[file][service].add(scope)
    return result


def _starts(holders: Holders, code: _Code) -> dict[str, set[tuple[str, str]]]:
    """What the code of each service itself mentions and imports of others."""
    starts: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for file in {*code.imports, *code.edges}:
        if not holders.is_shared(file) and not holders.is_beside(file):
            mentioned = {other for _, other, _ in code.edges.get(file, ())}
            # A module that is imported as a whole is used as far as it is mentioned; its own statements run in any case.
            imported = (
                (other, "" if other in mentioned and scope == _WHOLE else scope) for other, scope in code.imports.get(file, ())
            )
            found = starts[holders.service_of(file)]
            found.update((*imported, *((other, scope) for _, other, scope in code.edges.get(file, ()))))
    return starts


def _waiting(holders: Holders, code: _Code, reached: dict[str, dict[str, set[str]]]) -> dict[str, set[tuple[str, str]]]:
    """What nobody is seen to run of the own packages of programs: frameworks run it, as handlers that a server is given."""
    waiting: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for file in filter(holders.is_beside, code.edges):
        known = set[str]().union(*reached.get(file, {}).values())
        for scope in {origin for origin, _, _ in code.edges[file]}:
            if not any(_covers(each, scope) for each in known):
                waiting[holders.service_of(file)].add((file, scope))
    return waiting


class _Methods:
    """The methods of types that do anything, so that of all names that are selected somewhere only those are followed."""

    def __init__(self, interpretation: Interpretation) -> None:
        scopes = {(file, scope) for file, scope, _, _ in interpretation.reaches}
        scopes |= {node for item in interpretation.statements for node in (item.runner, *item.givers)}
        scopes |= {(item.place.path, item.scope) for item in interpretation.unresolved}
        scopes |= {node for item in interpretation.connections for node in ((item.place.path, item.scope), *item.givers)}
        scopes |= {(item.place.path, item.scope) for item in interpretation.transactions}
        self.of: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.types: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for file, scope in scopes:
            parts = scope.partition("@")[0].split(".")
            for count in range(1, len(parts)):
                kind, method = ".".join(parts[:count]), f".{parts[count]}"
                self.of[file, kind].add(method)
                self.types[method].add((file, kind))


def _closure(starts: Iterable[tuple[str, str]], code: _Code, holders: Holders, methods: _Methods) -> set[tuple[str, str]]:
    """All (shared file, scope) that run when the starts are used; of the types of Go the methods that are selected anywhere."""
    seen: set[tuple[str, str]] = set()
    types: set[tuple[str, str]] = set()
    selected: set[str] = set()
    waiting = list(starts)
    while waiting:
        node = waiting.pop()
        file, scope = node
        if node in seen or (file and not holders.is_called(file)):
            continue
        seen.add(node)
        if not file:
            selected.add(scope)
            waiting += [(other, f"{name}{scope}") for other, name in methods.types.get(scope, ()) if (other, name) in types]
            continue
        if scope.endswith(OPEN):
            name = scope.removesuffix(OPEN)
            types.add((file, name))
            waiting += [(file, f"{name}{method}") for method in methods.of.get((file, name), ()) if method in selected]
        waiting += _next(node, code)
    return {node for node in seen if node[0]}


def _next(node: tuple[str, str], code: _Code) -> Iterator[tuple[str, str]]:
    """What runs with a scope: its module, what it calls, and what its file imports where the calls are not known."""
    file, scope = node
    yield file, ""
    called = code.edges.get(file, ())
    for origin, other, other_scope in called:
        if _covers(scope, origin):
            yield other, other_scope
    known = {other for _, other, _ in called}
    for other, member in code.imports.get(file, ()):
        yield other, "" if other in known else member
