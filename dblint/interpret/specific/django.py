"""Django's default table name, which depends on the app a module belongs to."""

from posixpath import basename, dirname

from dblint import naming
from dblint.interpret.evaluation.values import Environment
from dblint.interpret.mapping.options import target_text
from dblint.interpret.strings.texts import Texts
from dblint.interpret.tree.program import Program
from dblint.interpret.tree.units import Unit
from dblint.model.syntax import Text
from dblint.sql import HOLE

_USER_MODEL = "AUTH_USER_MODEL"


def app_label(program: Program, unit: Unit, texts: Texts) -> str:
    """Return the label of the app that holds a module: `AppConfig.label`, else the app folder's name."""
    folder = app_folder(program, unit.path)
    config = program.units.get(f"{folder}/apps.py" if folder else "apps.py")
    if config is not None:
        for definition in config.module.classes:
            for attribute in ("label", "name"):
                for binding in config.bindings.get((definition.qualified, attribute), ()):
                    if binding.value is not None:
                        for variant in texts.of(binding.value, Environment(config, definition.qualified)):
                            if HOLE not in variant.text and variant.text:
                                return variant.text.rpartition(".")[2]
    return basename(folder)


def app_folder(program: Program, path: str) -> str:
    """Return the folder of the app of a module: the nearest one above with `apps.py` or `migrations/`, else above `models`."""
    folder = dirname(path)
    candidate = folder
    while candidate:
        if f"{candidate}/apps.py" in program.units or f"{candidate}/migrations/__init__.py" in program.units:
            return candidate
        candidate = dirname(candidate)
    while basename(folder) in {"models", "migrations"} or basename(dirname(folder)) == "models":
        folder = dirname(folder)
    return folder


def table_name(program: Program, unit: Unit, model: str, texts: Texts) -> str:
    """Return `<app label>_<model>`, unless the class says otherwise (django/db/models/options.py)."""
    label = ""
    for definition in unit.module.classes:
        if definition.name == model:
            for binding in unit.bindings.get((f"{definition.qualified}.Meta", "app_label"), ()):
                label = target_text(binding.value) if binding.value is not None else ""
    return naming.django_table(label or app_label(program, unit, texts), model)


def labels(program: Program, texts: Texts) -> tuple[tuple[str, str], ...]:
    """Return the labels of app folders that are called otherwise, and the model that AUTH_USER_MODEL names."""
    found: dict[str, str] = {}
    for path, unit in program.units.items():
        folder, _, name = path.rpartition("/")
        if name == "apps.py" and (label := app_label(program, unit, texts)) not in ("", basename(folder)):
            found[folder] = label
    users = {
        binding.value.value
        for unit in program.units.values()
        for binding in unit.bindings.get(("", _USER_MODEL), ())
        if isinstance(binding.value, Text)
    }
    if len(users) == 1:
        found[f"settings.{_USER_MODEL}"] = users.pop()
    return tuple(sorted(found.items()))
