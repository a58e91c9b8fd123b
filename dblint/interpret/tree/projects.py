"""What the project around a file is built with: another library may change how a framework names tables."""

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dblint.frameworks.schema import Framework, ModelRule
from dblint.interpret.strings.sinks import packages_of
from dblint.interpret.tree.inside import nodes
from dblint.model.syntax import Name

if TYPE_CHECKING:
    from dblint.interpret.tree.program import Program
    from dblint.interpret.tree.units import Unit

# Other ways to run the same models, which keep the framework's own names.
# Where Spring looks for its settings: https://docs.spring.io/spring-boot/reference/features/external-config.html.
_SETTINGS = tuple(
    f"src/main/resources/{folder}{name}.{ending}"
    for folder in ("", "config/")
    for name in ("application", "bootstrap")
    for ending in ("yml", "yaml", "properties")
)
# What makes a project a program of its own, whose settings are not those of others.
_MAIN = frozenset({"SpringApplication", "SpringBootApplication", "runApplication"})
RIVALS = frozenset(
    {"io.quarkus", "io.micronaut", "jakarta.ejb", "javax.ejb", "jakarta.enterprise", "io.dropwizard", "io.helidon"}
)


class Projects:
    """Answers by the imports of a project: of the folder that holds `src`, else of the top-level folder."""

    def __init__(self, program: "Program") -> None:
        self._program = program
        self._rules: dict[tuple[str, str], ModelRule | None] = {}
        self._said: dict[tuple[str, tuple[str, ...]], bool] = {}

    def rule(self, framework: Framework, unit: "Unit") -> ModelRule | None:
        """Return the rule for the models of a framework in the project of a file."""
        rule = framework.model
        if rule is None or rule.beside is None:
            return rule
        key = (framework.name, project_of(unit.path))
        if key not in self._rules:
            beside = rule.beside
            self._rules[key] = rule
            if self._uses(key[1], frozenset(beside.packages)) or self._names(framework, beside.names):
                if self._leaves(key[1], beside.unless):
                    beside = replace(beside, convention="", column_convention="", renames=False)
                self._rules[key] = replace(
                    rule,
                    convention=beside.convention or rule.convention,
                    column_convention=beside.column_convention or rule.column_convention,
                    renames=beside.renames or rule.renames,
                    join_table=beside.join_table or rule.join_table,
                )
        return self._rules[key]

    def packages(self, unit: "Unit") -> frozenset[str]:
        """Return the packages that the project of a file imports anywhere."""
        return frozenset(self._packages.get(project_of(unit.path), ()))

    def _uses(self, project: str, packages: frozenset[str]) -> bool:
        """Return whether a project uses one of some packages; a library that says nothing is like the rest of the tree."""
        own = self._packages.get(project) or set[str]()
        if not own.isdisjoint(packages):
            return True
        return own.isdisjoint(RIVALS) and any(not other.isdisjoint(packages) for other in self._packages.values())

    def _leaves(self, project: str, names: tuple[str, ...]) -> bool:
        """Return whether a project, or a library of the tree, says one of some names in its code or its settings."""
        return any(self._says(each, names) for each in {project, *self._libraries}) if names else False

    def _says(self, project: str, names: tuple[str, ...]) -> bool:
        key = (project, names)
        if key not in self._said:
            texts = (self._program.text_of(f"{project}/{path}" if project else path) for path in _SETTINGS)
            pattern = re.compile(rf"^(?!\s*[#!]).*\b(?:{'|'.join(map(re.escape, names))})\b", re.MULTILINE)
            self._said[key] = any(text and pattern.search(text) for text in texts) or any(
                imported.member in names for unit in self._units.get(project, ()) for imported in unit.module.imports
            )
        return self._said[key]

    def _names(self, framework: Framework, names: tuple[str, ...]) -> bool:
        """Return whether code that uses a framework has one of some names."""
        for unit in self._program.units.values() if names else ():
            if not packages_of(unit).isdisjoint(framework.packages) and any(
                isinstance(node, Name) and node.name in names for item in unit.outermost for node in nodes(item.expression)
            ):
                return True
        return False

    @cached_property
    def _units(self) -> dict[str, list["Unit"]]:
        """The files of each project."""
        found: defaultdict[str, list[Unit]] = defaultdict(list)
        for unit in self._program.units.values():
            found[project_of(unit.path)].append(unit)
        return found

    @cached_property
    def _libraries(self) -> frozenset[str]:
        """The projects that are no programs of their own."""
        return frozenset(
            project
            for project, units in self._units.items()
            if not any(imported.member in _MAIN for unit in units for imported in unit.module.imports)
        )

    @cached_property
    def _packages(self) -> dict[str, set[str]]:
        """The packages that the files of each project import."""
        found: dict[str, set[str]] = {}
        for project, units in self._units.items():
            found[project] = set().union(*map(packages_of, units))
        return found


def project_of(path: str) -> str:
    """Return the folder that holds the sources of a file's project."""
    parts = path.split("/")
    return "/".join(parts[: parts.index("src")]) if "src" in parts[:-1] else parts[0]
