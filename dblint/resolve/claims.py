"""All evidence for the owner of each table, collected from the present schema, models, grants and uses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from dblint.connections.model import INITIAL
from dblint.migrations import Grant
from dblint.model.facts import Access, Evidence, TableId
from dblint.model.place import Place
from dblint.model.tree import Service
from dblint.resolve.charging import NOBODY
from dblint.resolve.evidence import ChargedModel, Creation, HeldChange
from dblint.resolve.homes import Histories, Homes
from dblint.resolve.names import matches
from dblint.resolve.owners import Claims
from dblint.resolve.roles import is_named_after, names_the_system, service_named

_INSERTING = frozenset({"insert", "upsert", "copy"})
_DELETING = frozenset({"delete", "truncate"})


class Claimants:
    """The claims of all tables; `root` leads from a partition to the table that it is part of.

    `initial` are the files and folders that containers of databases run.
    """

    def __init__(self, services: Iterable[Service], root: Mapping[TableId, TableId], initial: Iterable[str] = ()) -> None:
        self._services = {service.name: service for service in services}
        self._names = sorted(service.name for service in self._services.values() if service.kind == "service")
        self._root = root
        self._initial = tuple(initial)
        self._claims: dict[TableId, Claims] = defaultdict(Claims)

    def of(self, table: TableId) -> Claims:
        """The claims to a table, those of its root if it is a partition."""
        return self._claims[self._root.get(table, table)]

    def add_declared(self, tables: Iterable[TableId], homes: Homes) -> None:
        """Ownership that the configuration declares, over tables that may lie in the service's database."""
        owning = [service for service in self._services.values() if service.owns]
        for table in tables:
            for service in owning:
                home = homes.of(service.name, table=table.name)
                own = table.database in home.databases or table.database is None
                if own and any(matches(pattern, table.schema, table.name) for pattern in service.owns):
                    place = service.evidence[0].place if service.evidence else Place(service.path, 1)
                    message = f"the configuration says that {service.name} owns it"
                    self.of(table).declared.setdefault(service.name, Evidence("declared", place, message))

    def add_creation(self, table: TableId, created: Creation) -> None:
        """A statement that creates the table."""
        claims = self.of(table)
        if self._kind(created.service) != "service":
            name = self._host(created.service)
            proof = Evidence("migration", created.place, f"{created.service or 'a shared script'} creates it")
            claims.initial = (claims.initial or not claims.hosts) and self._is_initial(created.place.path)
            claims.hosts.setdefault(name, proof)
        elif created.tool == "runtime":
            proof = Evidence("runtime", created.place, f"{created.service} creates it when it runs")
            claims.modelled.setdefault(created.service, (proof, "explicit"))
        else:
            claims.migrated.setdefault(created.service, Evidence("migration", created.place, f"{created.service} creates it"))

    def add_model(self, table: TableId, found: ChargedModel, histories: Histories) -> None:
        """A model of the table; one in shared code speaks for its only user, else for the library if that is declared."""
        (service, via), model, sole, library = found
        if not model.managed:
            return
        if via and not sole:
            if library and self._services[library].declared:
                proof = Evidence("model", model.place, f"{library} declares it for all that use the library")
                self.of(table).mapped.setdefault(library, (proof, model.confidence))
            return
        if self._kind(service) != "service":
            proof = Evidence("model", model.place, f"{service or 'shared code'} declares it")
            self.of(table).hosts.setdefault(self._host(service), proof)
            return
        own = histories.is_own_model(service, model)
        target = self.of(table).modelled if own else self.of(table).mapped
        message = f"{service} declares it as {model.name}" if model.name else f"{service} declares it"
        target.setdefault(service, (Evidence("model", model.place, message), model.confidence))

    def add_grants(self, table: TableId, grants: Iterable[Grant]) -> None:
        """Privileges of roles that are named after a service."""
        for grant in grants:
            if any(each.lower().startswith(("insert", "all")) for each in grant.privileges):
                for role in grant.roles:
                    if (service := service_named(role, self._names)) is not None:
                        message = f"{service} may insert rows, by a grant to {role}"
                        self.of(table).granted.setdefault(service, Evidence("grant", grant.place, message))

    def add_schemas(self, tables: Mapping[TableId, Place], changes: Iterable[HeldChange]) -> None:
        """Schemas that are named after a service or authorised to its role.

        A name says nothing of a service that uses no table at all, where another one describes the table and inserts its rows,
        nor of one that is called like the system that it is part of.
        """
        telling = {service for service in self._names if not names_the_system(service, self._names)}
        using = {service for claims in self._claims.values() for service in claims.uses}
        authorised: dict[str, Evidence] = {}
        for _, change in changes:
            if change.event.kind == "schema.create" and change.event.roles:
                service = service_named(change.event.roles[0], sorted(telling))
                schema = (change.event.table.schema or change.event.table.name).casefold()
                if service is not None:
                    message = f"the schema {schema} belongs to {change.event.roles[0]}, the role of {service}"
                    authorised.setdefault(f"{schema}\0{service}", Evidence("schema", change.place, message))
        for table, place in tables.items():
            if table.schema is None:
                continue
            for service in self._names:
                proof = authorised.get(f"{table.schema.casefold()}\0{service}")
                claims = self.of(table)
                idle = service not in using and bool(claims.inserts.keys() & claims.mapped.keys())
                if proof is None and not idle and service in telling and is_named_after(table.schema, service):
                    proof = Evidence("schema", place, f"its schema {table.schema} is named after {service}")
                if proof is not None:
                    claims.authorised.setdefault(service, proof)

    def add_access(self, access: Access) -> None:
        """A use of the table, if it writes."""
        if access.mode != "write":
            return
        claims = self.of(access.table)
        if self._kind(access.service) != "service":
            claims.seeded = claims.seeded or access.action in _INSERTING
            return
        kind = (
            claims.inserts if access.action in _INSERTING else claims.deletes if access.action in _DELETING else claims.updates
        )
        kind.setdefault(access.service, set()).add(access.place)

    def add_use(self, access: Access) -> None:
        """Any use of the table, in code that services share too."""
        if self._kind(access.service) == "service":
            claims = self.of(access.table)
            claims.uses.setdefault(access.service, set()).add(access.place)
            if access.action in _INSERTING:
                claims.filling.add(access.service)

    def _is_initial(self, path: str) -> bool:
        return INITIAL in path or any(path == each or path.startswith(f"{each}/") for each in self._initial)

    def _kind(self, service: str) -> str:
        found = self._services.get(service)
        return found.kind if found is not None else "nobody"

    def _host(self, service: str) -> str:
        """The name under which a folder hosts tables: its own if it may own them."""
        found = self._services.get(service)
        owns = found is not None and (found.kind == "schema" or (found.kind == "library" and found.declared))
        return service if owns else NOBODY
