"""The hook and the CI job that keep the gate shut."""

from typing import NamedTuple

from dblint.setup.insertion import with_items

PRE_COMMIT = ".pre-commit-config.yaml"
GITHUB = ".github/workflows/dblint.yml"
GITLAB = ".gitlab/dblint.gitlab-ci.yml"

_HOOK = """\
repo: local
hooks:
  - id: dblint
    name: dblint (shared-database coupling)
    # The whole tree is judged, and only what is new in front of HEAD is reported.
    entry: dblint check --staged
    language: system
    pass_filenames: false
    always_run: true"""


class Gate(NamedTuple):
    """A file to write, or the reason why it cannot be completed."""

    path: str
    text: str
    trouble: str = ""


def hooked(existing: str | None) -> Gate | None:
    """The configuration of pre-commit with the hook; None where it has it."""
    if existing is None:
        lines = _HOOK.split("\n")
        entry = "\n".join([f"  - {lines[0]}", *(f"    {line}" for line in lines[1:])])
        return Gate(PRE_COMMIT, f"repos:\n{entry}\n")
    if "dblint" in existing:
        return None
    became = with_items(existing, "repos", [_HOOK])
    if became is None:
        return Gate(
            PRE_COMMIT, "", f"`repos` in {PRE_COMMIT} is not a list with one entry per line; add this entry yourself:\n{_HOOK}"
        )
    return Gate(PRE_COMMIT, became)


def github(version: str) -> Gate:
    """A workflow that judges every push and pull request."""
    return Gate(GITHUB, _GITHUB.replace("VERSION", version))


def gitlab(version: str) -> Gate:
    """A job that judges every pipeline, to be included in .gitlab-ci.yml."""
    return Gate(GITLAB, _GITLAB.replace("VERSION", version))


_GITHUB = """\
name: dblint
on:
  pull_request:
  push:
permissions:
  contents: read
jobs:
  dblint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install --quiet dblint==VERSION
      - run: dblint check --format=github --output "markdown=$GITHUB_STEP_SUMMARY"
"""
_GITLAB = """\
# include: [{local: .gitlab/dblint.gitlab-ci.yml}] in .gitlab-ci.yml runs this.
dblint:
  image: python:3.12-slim
  before_script:
    - pip install --quiet dblint==VERSION
  script:
    - dblint check --format=concise --output gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
"""
