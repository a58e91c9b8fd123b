"""What rules there are and what one of them means: the same text for the terminal, for a web page and for programs."""

from collections.abc import Iterator
from textwrap import wrap

from msgspec import to_builtins

from dblint.judge.rules import Example, Rule
from dblint.report.contract import RuleRecord, Rules, encode
from dblint.report.escape import show
from dblint.report.paint import paint
from dblint.report.view import View

# A section: its title, its prose, and its listings as (language, text).
_Section = tuple[str, str, tuple[tuple[str, str], ...]]


def list_as_text(rules: tuple[Rule, ...], view: View) -> str:
    """One line per rule: id, name, severity, summary."""
    width = max((len(rule.name) for rule in rules), default=0)
    return "".join(
        f"{show(rule.id)}  {paint(show(rule.name).ljust(width), 'rule', view.colour)}"
        f"  {paint(rule.severity.ljust(7), rule.severity, view.colour)}  {show(rule.summary)}\n"
        for rule in rules
    )


def list_as_json(rules: tuple[Rule, ...], view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The rules document."""
    return encode(Rules(schema="dblint-rules/1", rules=tuple(map(_record, rules))))


def explain_as_text(rule: Rule, view: View) -> str:
    """The page of a rule for the terminal."""
    lines = [paint(f"{show(rule.name)} ({show(rule.id)})", "path", view.colour) + f"  {rule.severity}", ""]
    for title, prose, listings in _sections(rule):
        lines.append(paint(title, "rule", view.colour))
        lines += [f"  {show(line)}".rstrip() for given in prose.splitlines() for line in wrap(given, 110) or [""]]
        for _, text in listings:
            lines += ["", *(f"    {show(line)}".rstrip() for line in text.splitlines())]
        lines.append("")
    return "\n".join(lines)


def explain_as_markdown(rule: Rule, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The page of a rule for a web site."""
    lines = [f"# {show(rule.name)} ({show(rule.id)})", "", f"Severity: {rule.severity}.", ""]
    for title, prose, listings in _sections(rule):
        lines += [f"## {title}", "", *map(show, prose.splitlines()), ""]
        for language, text in listings:
            fence = "`" * max(3, 1 + max((len(run) for run in text.replace("\n", " ").split() if set(run) == {"`"}), default=0))
            lines += [f"{fence}{language}", *map(show, text.rstrip("\n").splitlines()), fence, ""]
    return "\n".join(lines)


def explain_as_json(rule: Rule, view: View) -> str:  # noqa: ARG001 - the signature of every format
    """The rule as a document of one rule, with its examples."""
    return encode(_record(rule))


def _record(rule: Rule) -> RuleRecord:
    return RuleRecord(
        id=rule.id,
        name=rule.name,
        severity=rule.severity,
        summary=rule.summary,
        rationale=rule.rationale,
        remedy=rule.remedy,
        check=rule.check,
        bad=tuple(to_builtins(example.files) for example in rule.bad),
        good=tuple(to_builtins(example.files) for example in rule.good),
    )


def _sections(rule: Rule) -> Iterator[_Section]:
    yield "What it finds", rule.summary, ()
    yield "Why it matters", rule.rationale, ()
    for title, examples in (("Bad", rule.bad), ("Good", rule.good)):
        for before, example in zip((None, *examples), examples, strict=False):
            yield title, example.title, tuple(_files(example, with_config=not before or before.config != example.config))
    yield "How to fix it", rule.remedy, ()
    yield (
        "How to configure it",
        "In `dblint.yaml`, for the whole project or for one pair of services:",
        (("yaml", _setting(rule)),),
    )
    yield (
        "How to suppress it",
        "With a reason, in a comment on the line or alone above it, also inside SQL text; `file-ignore` covers the whole file:",
        (("python", f"# dblint: ignore[{rule.name}] why this is right here"),),
    )


def _files(example: Example, *, with_config: bool) -> Iterator[tuple[str, str]]:
    files = example.files | ({"dblint.yaml": example.config} if with_config and example.config else {})
    for path, text in files.items():
        suffix = path.rpartition(".")[2]
        comment = "--" if suffix == "sql" else "//" if suffix in _SLASHES else "#"
        yield _FENCES.get(suffix, suffix), f"{comment} {path}\n{text}"


_SLASHES = frozenset({"java", "kt", "go", "ts", "js", "cs", "rs", "php", "prisma", "scala"})
_FENCES = {"py": "python", "yml": "yaml", "kt": "kotlin", "rs": "rust", "cs": "csharp", "rb": "ruby"}


def _setting(rule: Rule) -> str:
    return (
        f"rules: {{{rule.name}: off}}   # or error, warning, note\n"
        "allow:\n"
        f'  - {{service: reports, table: orders, rule: {rule.name}, reason: "fed by order events", until: 2027-06-30}}'
    )
