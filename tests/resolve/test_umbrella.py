"""One app of an umbrella keeps the repository, and with it the migrations of tables that others describe."""

from pathlib import Path

from dblint.config import load
from dblint.pipeline import analyse

_MIX = "defmodule {name}.MixProject do\n  def application, do: [\n    mod: {{{name}, []}}\n  ]\nend\n"
_ENDPOINT = "defmodule {name}.Endpoint do\n  use Phoenix.Endpoint, otp_app: :x\nend\n"


def _schema(module: str, table: str) -> str:
    return f'defmodule {module} do\n  use Ecto.Schema\n  schema "{table}" do\n    field :name, :string\n  end\nend\n'


def _plant(root: Path, files: dict[str, str]) -> None:
    for name in ("keeper", "shop", "crm"):
        title = name.title()
        files[f"apps/{name}/mix.exs"] = _MIX.format(name=title)
        files[f"apps/{name}/lib/endpoint.ex"] = _ENDPOINT.format(name=title)
    files["mix.exs"] = 'defmodule U do\n  def project, do: [apps_path: "apps"]\nend\n'
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


def test_a_table_that_only_another_app_describes_is_that_apps(tmp_path: Path) -> None:
    body = "".join(
        f"    create table(:{name}) do\n      add :name, :string\n    end\n" for name in ("users", "orders", "deals")
    )
    migration = f"defmodule M do\n  use Ecto.Migration\n  def change do\n{body}  end\nend\n"
    _plant(
        tmp_path,
        {
            "apps/keeper/priv/repo/migrations/1_all.exs": migration,
            "apps/keeper/lib/user.ex": _schema("Keeper.User", "users"),
            "apps/shop/lib/order.ex": _schema("Shop.Order", "orders"),
            "apps/crm/lib/deal.ex": _schema("Crm.Deal", "deals"),
            "apps/crm/lib/report.ex": "defmodule Crm.Report do\n  def all, do: Keeper.Repo.all(Shop.Order)\nend\n",
        },
    )
    found = analyse(tmp_path, load(None, tmp_path))
    assert {table.id.name: table.owner for table in found.system.tables} == {
        "users": "keeper",
        "orders": "shop",
        "deals": "crm",
    }
    assert [(each.rule, each.service) for each in found.findings] == [("cross-service-read", "crm")]
