from pathlib import Path

import pytest

from dblint.catalogue import Catalogue, named, read
from dblint.catalogue.backstage import components
from dblint.catalogue.codeowners import entry_for, parse
from tests.report.factory import FOREIGN_READ, tree

COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: billing
spec:
  type: service
  owner: group:default/team-billing
  providesApis:
    - api:default/billing-api
    - invoices-api
---
kind: API
metadata: {name: billing-api}
"""


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", "a/b.py", True),
        ("*.js", "a/b.js", True),
        ("*.js", "a/b.jsx", False),
        ("/build/logs/", "build/logs/a/b.log", True),
        ("/build/logs/", "x/build/logs/a.log", False),
        ("docs/*", "docs/getting-started.md", True),
        ("docs/*", "docs/build-app/troubleshooting.md", False),
        ("apps/", "x/apps/a.py", True),
        ("apps/", "apps", False),
        ("/docs/", "docs/a/b.md", True),
        ("/apps/github", "apps/github/a.py", True),
        ("/apps/github", "apps/githubber/a.py", False),
        ("**/logs", "deep/er/logs/x", True),
        ("**/logs", "logs/x", True),
        ("a/**/b", "a/b/c", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**", "a/x/y", True),
        ("services/orders", "services/orders/app.py", True),
        ("services/orders", "x/services/orders/app.py", False),
        ("a?c", "x/abc", True),
        ("a?c", "a/c", False),
        ("with\\ space.md", "with space.md", True),
        ("A.py", "a.py", False),
    ],
)
def test_a_pattern_matches_as_github_says(pattern: str, path: str, matches: bool) -> None:
    assert (entry_for(parse(f"{pattern} @team"), path) is not None) is matches


def test_the_last_matching_line_wins_even_if_it_names_nobody() -> None:
    entries = parse("* @all\n# a comment\n/orders/ @orders @qa # why\n/orders/gen/\n!x @no\n[abc].py @no\n")
    assert [entry.line for entry in entries] == [1, 3, 4]
    found = [entry_for(entries, path) for path in ("a.py", "orders/a.py", "orders/gen/a.py")]
    assert [entry.owners for entry in found if entry] == [("@all",), ("@orders", "@qa"), ()]


def test_a_component_gives_its_owner_and_apis_with_their_lines() -> None:
    (found,) = components("billing/catalog-info.yaml", COMPONENT)
    assert (found.name, found.folder, found.owner, found.owner_place.line) == ("billing", "billing", "team-billing", 7)
    assert [(api, place.line) for api, place in found.apis] == [("billing-api", 9), ("invoices-api", 10)]


@pytest.mark.parametrize(
    "text", ["", "[", "a: &a [*a]", "kind: Component", "kind: [Component]", "kind: Component\nspec: x\nmetadata: []\n", "- 1"]
)
def test_a_damaged_descriptor_gives_nothing_and_ends_nothing(text: str) -> None:
    assert all(not found.apis and not found.owner for found in components("catalog-info.yaml", text))


def catalogue(root: Path) -> Catalogue:
    (root / ".git").mkdir()
    (root / ".github").mkdir()
    (root / ".github" / "CODEOWNERS").write_text("* @all\n/shop/orders/ @shop/orders\n")
    (root / "shop" / "billing").mkdir(parents=True)
    (root / "shop" / "billing" / "catalog-info.yaml").write_text(COMPONENT)
    return read(root / "shop", tree(configuration_files=("billing/catalog-info.yaml",)))


def test_a_finding_names_the_teams_and_the_api_to_call(tmp_path: Path) -> None:
    (found,) = named([FOREIGN_READ], catalogue(tmp_path))
    assert [proof.message for proof in found.evidence[1:]] == [
        "@shop/orders answers for this code: .github/CODEOWNERS:2",
        "team-billing answers for billing: billing/catalog-info.yaml:7",
        "billing provides the API billing-api: billing/catalog-info.yaml:9",
        "billing provides the API invoices-api: billing/catalog-info.yaml:10",
    ]
    assert found.remedy == f"billing provides billing-api and invoices-api. {FOREIGN_READ.remedy}"
    assert found.fingerprint == FOREIGN_READ.fingerprint


def test_without_a_catalogue_a_finding_stays_as_it_is(tmp_path: Path) -> None:
    assert named([FOREIGN_READ], read(tmp_path, tree())) == (FOREIGN_READ,)


def test_a_link_out_of_the_tree_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("* @evil\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "CODEOWNERS").symlink_to(tmp_path / "outside")
    assert read(inside, tree()).owners == ()
