"""The page `docs/reference/frameworks.md`, from the framework files: `python -m dblint.frameworks.reference` prints it."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from dblint.frameworks import Framework, load

HEAD = """\
# Frameworks that dblint knows

Generated from the files in `dblint/frameworks/` by `python -m dblint.frameworks.reference`; do not edit.
A framework is one YAML file, and what each line below promises is proved by the examples in that file, which are tests.
[How to add one](../howto/add-a-framework.md).

*declares*: how a class or call describes a table and what the table is called where nothing is written.
*SQL in*: calls whose argument is read as SQL.
"""


def page(frameworks: Iterable[Framework]) -> str:
    """Return the page as Markdown."""
    ordered = sorted(frameworks, key=lambda framework: (framework.language, framework.name))
    parts = [HEAD]
    for language, group in groupby(ordered, key=lambda framework: framework.language):
        parts.append(
            f"\n## {language.capitalize()}\n\n| framework | reads | declares | SQL in | examples |\n|---|---|---|---|---|\n"
        )
        parts += [f"| {' | '.join(_cells(framework))} |\n" for framework in group]
    return "".join(parts)


def _cells(framework: Framework) -> Iterator[str]:
    yield f"`{framework.name}`"
    yield framework.summary.replace("|", "\\|")
    yield _declares(framework) or "-"
    calls = dict.fromkeys(name.rpartition(".")[2] for rule in framework.sql for name in rule.calls)
    yield ", ".join(f"`{name}`" for name in list(calls)[:6]) + (" …" if len(calls) > 6 else "") or "-"
    yield str(len(framework.examples))


def _declares(framework: Framework) -> str:
    rule = framework.model
    found = []
    if rule is not None:
        name = f"by `{rule.name[0]}`" if rule.name else ""
        convention = f"else by the convention `{rule.convention}`" if rule.convention else "never without a name"
        found.append(f"classes, named {name}, {convention}")
    calls = [f"`{table.call}(…)`" for table in framework.tables if table.does == "declare"]
    return "; ".join([*found, *dict.fromkeys(calls)])


if __name__ == "__main__":
    print(page(load()), end="")  # noqa: T201 -- the page is what the command is for
