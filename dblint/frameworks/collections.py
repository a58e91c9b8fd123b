"""How code names the collections of a document store: the `collections:` key of a framework file."""

from dblint.model.base import Fact


class CollectionRule(Fact, frozen=True, forbid_unknown_fields=True):
    """How code of a document store names a collection without a call (`client["shop"].orders`).

    `clients` are calls whose result leads to a database and then to a collection, `databases` those whose result is a
    database. `names` are variables that are taken for a database where nothing else is known of them, in a file that imports
    the framework; `methods` are attributes of databases and clients that are no collections. Where `attributes` is false,
    collections are named by calls only. A call of `databases` may name the database. `types` are generic types of the library
    which hold the documents of their argument, by which generic repositories are known.
    """

    clients: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    attributes: bool = True
