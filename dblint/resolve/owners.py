"""Who owns a table: the strongest level of evidence that names exactly one service (decision 0004)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dblint.model.facts import Confidence, Evidence
from dblint.model.place import Place
from dblint.resolve.names import weakest


@dataclass
class Claims:
    """Everything that speaks for an owner of one table; each mapping goes from a service to its first evidence.

    `hosts` are folders that create the table without being a service which could own it: schema folders, shared libraries and
    files of no service (whose name is empty). `inserts`, `deletes`, `updates` and `uses` of any kind are places in the code of
    services, `filling` are the services that insert rows, by shared code too, `seeded` says that a host's own scripts insert
    rows, `initial` that only scripts which a database's container runs create the table.
    """

    declared: dict[str, Evidence] = field(default_factory=dict)
    migrated: dict[str, Evidence] = field(default_factory=dict)
    modelled: dict[str, tuple[Evidence, Confidence]] = field(default_factory=dict)
    mapped: dict[str, tuple[Evidence, Confidence]] = field(default_factory=dict)
    authorised: dict[str, Evidence] = field(default_factory=dict)
    granted: dict[str, Evidence] = field(default_factory=dict)
    hosts: dict[str, Evidence] = field(default_factory=dict)
    inserts: dict[str, set[Place]] = field(default_factory=dict)
    deletes: dict[str, set[Place]] = field(default_factory=dict)
    updates: dict[str, set[Place]] = field(default_factory=dict)
    uses: dict[str, set[Place]] = field(default_factory=dict)
    filling: set[str] = field(default_factory=set)
    seeded: bool = False
    initial: bool = False

    def creators(self) -> tuple[str, ...]:
        """The services that create the table, by migrations, running DDL or from models."""
        return tuple(sorted({*self.migrated, *self.modelled, *filter(None, self.hosts)}))


class Ownership(NamedTuple):
    """The owner with its evidence, or the services that contest the table."""

    owner: str | None
    contested: tuple[str, ...]
    confidence: Confidence
    evidence: tuple[Evidence, ...]


NONE = Ownership(None, (), "guess", ())


def decide(claims: Claims) -> Ownership:
    """The owner of a table by descending evidence."""
    hosts = tuple(claims.hosts[name] for name in sorted(claims.hosts))
    if claims.declared:
        return _settled({name: (proof, "explicit") for name, proof in claims.declared.items()}, _also(claims))
    if claims.migrated:
        return _settled({name: (proof, "explicit") for name, proof in claims.migrated.items()}, hosts)
    if claims.modelled:
        return _kept(claims, hosts) or _settled(claims.modelled, hosts)
    if claims.mapped and not claims.hosts:
        return _mapped(claims)
    if len(claims.authorised) == 1:
        return _settled({name: (proof, "convention") for name, proof in claims.authorised.items()}, hosts)
    found = lifecycle(claims)
    if found is None and not claims.seeded and len(claims.granted) == 1:
        found = _settled({name: (proof, "convention") for name, proof in claims.granted.items()})
    if found is None:
        # Rows that a script seeds once and one service keeps current are that service's, as if it had inserted them.
        found = _sole_updater(claims)
    if found is None:
        found = _sole_user(claims)
    if found is None:
        found = _hosted(claims.hosts)
    return found._replace(evidence=tuple(dict.fromkeys((*found.evidence, *hosts))))


def lifecycle(claims: Claims) -> Ownership | None:
    """The service that brings the rows into being, None where no service inserts any.

    In this order: the only one that inserts; the only inserting one that also deletes; the one with at least twice as many
    inserting statements as any other. Otherwise all that insert contest the table. Updating never makes an owner here.
    """
    if not claims.inserts:
        return None
    inserters = sorted(claims.inserts)
    if len(inserters) == 1:
        (owner,) = inserters
        sure: Confidence = "guess" if not claims.hosts else "configured" if owner in claims.granted else "convention"
        proofs = (_inserting(claims, owner, "is the only service that inserts rows"), *_grant(claims, owner))
        return Ownership(owner, (), sure, proofs)
    deleting = [name for name in inserters if name in claims.deletes]
    if len(deleting) == 1:
        (owner,) = deleting
        gone = Evidence(
            "lifecycle", min(claims.deletes[owner]), f"{owner} is the only service that inserts rows and deletes them"
        )
        sure = "convention" if claims.hosts else "guess"
        return Ownership(owner, (), sure, (gone, *_others(claims, inserters)))
    counts = sorted(((len(claims.inserts[name]), name) for name in inserters), reverse=True)
    (most, leader), (second, _) = counts[:2]
    if most >= 2 * second:
        proof = _inserting(claims, leader, f"inserts rows in {most} statements, every other service in {second} at most")
        return Ownership(leader, (), "guess", (proof, *_others(claims, [name for name in inserters if name != leader])))
    return Ownership(None, tuple(inserters), "guess", _others(claims, inserters))


def _settled(found: Mapping[str, tuple[Evidence, Confidence]], more: Iterable[Evidence] = ()) -> Ownership:
    """The only service of a level, or all of them as contesting."""
    names = tuple(sorted(found))
    evidence = tuple(dict.fromkeys((*(found[name][0] for name in names), *more)))
    confidence = weakest(*(found[name][1] for name in names))
    return Ownership(names[0], (), confidence, evidence) if len(names) == 1 else Ownership(None, names, confidence, evidence)


def _also(claims: Claims) -> tuple[Evidence, ...]:
    """Where a declared table is created: shown beside the declaration."""
    created = {**claims.hosts, **{name: proof for name, (proof, _) in claims.modelled.items()}, **claims.migrated}
    return tuple(created[name] for name in sorted(created))


def _kept(claims: Claims, hosts: tuple[Evidence, ...]) -> Ownership | None:
    """The service that keeps the rows of a shared script's table, where those whose models could make it write none of them.

    `create_all` covers every model that stands beside a service's own, copies of other services' models too.
    """
    written = {*claims.inserts, *claims.deletes, *claims.updates}
    found = lifecycle(claims) if claims.hosts and written.isdisjoint(claims.modelled) else None
    if found is None or found.owner not in claims.mapped:
        return None
    return found._replace(evidence=tuple(dict.fromkeys((*found.evidence, claims.mapped[found.owner][0], *hosts))))


def _mapped(claims: Claims) -> Ownership:
    """The only service with a model; among several the one whose life cycle speaks for it, since a model is easily copied."""
    capped = {name: (proof, weakest(sure, "convention")) for name, (proof, sure) in claims.mapped.items()}
    if len(capped) > 1 and (found := lifecycle(claims)) is not None and found.owner in capped:
        return found._replace(confidence="guess", evidence=(*found.evidence, *(capped[name][0] for name in sorted(capped))))
    return _settled(capped)


def _sole_updater(claims: Claims) -> Ownership | None:
    """The only service that changes rows which nobody in the tree inserts; one that only takes rows away did not make them.

    Rows that shared code inserts for others, and not for it, are none of its own.
    """
    writers = sorted({*claims.updates, *claims.deletes})
    if len(writers) != 1 or not claims.updates:
        return None
    (owner,) = writers
    if claims.filling and owner not in claims.filling:
        return None
    place = min(claims.updates.get(owner, set()) | claims.deletes.get(owner, set()))
    return Ownership(owner, (), "guess", (Evidence("writer", place, f"{owner} is the only service that writes it"),))


def _sole_user(claims: Claims) -> Ownership | None:
    """The only service that uses a table which the container of a database makes: nobody else could answer for it."""
    if not claims.initial or len(claims.uses) != 1:
        return None
    ((owner, places),) = claims.uses.items()
    return Ownership(owner, (), "guess", (Evidence("user", min(places), f"{owner} is the only service that uses it"),))


def _hosted(hosts: Mapping[str, Evidence]) -> Ownership:
    """The folder that creates the table, where no service writes it; several contest it, a file of no service owns nothing."""
    named: dict[str, tuple[Evidence, Confidence]] = {name: (proof, "explicit") for name, proof in hosts.items() if name}
    return _settled(named) if named else NONE


def _inserting(claims: Claims, service: str, message: str) -> Evidence:
    return Evidence("lifecycle", min(claims.inserts[service]), f"{service} {message}")


def _others(claims: Claims, services: Iterable[str]) -> tuple[Evidence, ...]:
    return tuple(_inserting(claims, service, "inserts rows") for service in services)


def _grant(claims: Claims, service: str) -> tuple[Evidence, ...]:
    return (claims.granted[service],) if service in claims.granted else ()
