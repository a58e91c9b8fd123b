"""The apps of an umbrella that one of its releases starts together are one service."""

from pathlib import Path

import pytest

from tests.discover.trees import plant, scan

ROOT = """
defmodule Shop.MixProject do
  def project do
    [apps_path: "apps", releases: releases()]
  end

  def application, do: [extra_applications: [logger: :optional]]

  defp releases() do
    [
      # old: [applications: [mail: :permanent]],
      %s
    ]
  end
end
"""
APP = """
defmodule {module}.MixProject do
  def project, do: [app: :{name}, deps: [{taken}]]
  def application do
    [
      mod: {{App, []}}
    ]
  end
end
"""
ALONE = "mail: [applications: [mail: :permanent]],"
TOGETHER = """
      web: [
        include_executables_for: [:unix],
        applications: [
          crm: :permanent,
          orders: :permanent,
          telemetry: :temporary
        ],
        steps: [:assemble, :tar]
      ]"""


def umbrella(root: Path, releases: str) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    """The kind and the folders, by name, of the apps of an umbrella; `crm` and `mail` are taken by others."""
    taken = {"orders": "{:crm, in_umbrella: true}", "stock": "{:mail, in_umbrella: true}"}
    apps = {
        f"apps/{name}/mix.exs": APP.format(module=name.title(), name=name, taken=taken.get(name, ""))
        for name in ("crm", "mail", "orders", "stock")
    }
    code = {path.replace("mix.exs", "lib/app.ex"): "defmodule App do\nend\n" for path in apps}
    plant(root, contents={"mix.exs": ROOT % releases, "config/config.exs": "import Config\n", **apps, **code})
    return {each.name: (each.kind, each.path, each.paths) for each in scan(root).services}


def test_the_apps_of_one_release_are_one_service_and_an_app_with_a_release_of_its_own_is_no_library(tmp_path: Path) -> None:
    assert umbrella(tmp_path, ALONE + TOGETHER) == {
        "web": ("service", "apps/crm", ("apps/orders",)),
        "mail": ("service", "apps/mail", ()),
        "stock": ("service", "apps/stock", ()),
    }


@pytest.mark.parametrize(
    "releases",
    [
        TOGETHER,
        ALONE + TOGETHER + ", all: [applications: [mail: :permanent, crm: :permanent, orders: :permanent]]",
    ],
    ids=["one release", "one of everything beside those of each"],
)
def test_a_release_that_tells_no_apps_apart_changes_nothing(tmp_path: Path, releases: str) -> None:
    assert umbrella(tmp_path, releases) == {
        "crm": ("library", "apps/crm", ()),
        "mail": ("library", "apps/mail", ()),
        "orders": ("service", "apps/orders", ()),
        "stock": ("service", "apps/stock", ()),
    }


def test_a_program_of_another_language_inside_an_app_is_no_service_beside_it(tmp_path: Path) -> None:
    crate = {
        "apps/mail/native/fast/Cargo.toml": '[package]\nname = "fast"\n',
        "apps/mail/native/fast/src/lib.rs": "fn f() {}\n",
    }
    plant(tmp_path, contents=crate)
    assert "fast" not in umbrella(tmp_path, ALONE + TOGETHER)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("{:shop, in_umbrella: true}", {"shop": ("apps/shop", ("apps/shop_web",)), "stock": ("apps/stock", ())}),
        ("{:stock, in_umbrella: true}", {name: (f"apps/{name}", ()) for name in ("shop", "shop_web", "stock")}),
    ],
)
def test_the_pages_that_phoenix_made_with_a_program_are_part_of_it(
    tmp_path: Path, taken: str, expected: dict[str, tuple[str, tuple[str, ...]]]
) -> None:
    contents = {"mix.exs": ROOT % "", "config/config.exs": "import Config\n"}
    for name, others in (("shop", ""), ("shop_web", taken), ("stock", "")):
        contents[f"apps/{name}/mix.exs"] = APP.format(module=name.title(), name=name, taken=others)
        contents[f"apps/{name}/lib/app.ex"] = "defmodule App do\nend\n"
    plant(tmp_path, contents=contents)
    assert {each.name: (each.path, each.paths) for each in scan(tmp_path).services} == expected


def test_a_folder_may_be_called_like_no_pattern(tmp_path: Path) -> None:
    contents = {"mix.exs": ROOT % "", "config/config.exs": "import Config\n"}
    for name in ("shop(", "shop(_web"):
        contents[f"apps/{name}/mix.exs"] = APP.format(module="Shop", name="shop", taken="")
        contents[f"apps/{name}/lib/app.ex"] = "defmodule App do\nend\n"
    plant(tmp_path, contents=contents)
    assert {each.path for each in scan(tmp_path).services} == {"apps/shop(", "apps/shop(_web"}
