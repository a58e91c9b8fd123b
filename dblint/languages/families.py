"""Families of languages: those of one name each other's classes, those of two name nothing of each other's."""

from collections.abc import Iterable

from dblint.languages.traits import family_of
from dblint.model.facts import Interpretation
from dblint.model.syntax import Module


def by_family(modules: Iterable[Module]) -> list[tuple[str, list[Module]]]:
    """Return the modules of each family of languages, of which none names anything of another's."""
    families: dict[str, list[Module]] = {}
    for module in modules:
        families.setdefault(family_of(module.language), []).append(module)
    return sorted(families.items())


def together(found: Iterable[Interpretation]) -> Interpretation:
    """Return what several families say, as one."""
    found = tuple(found)
    if len(found) == 1:
        return found[0]
    joined = {name: tuple(item for each in found for item in getattr(each, name)) for name in Interpretation.__struct_fields__}
    return Interpretation(**joined)
