"""Names that are shared without an import end at the program: its manifest, and the packages that it takes by their path."""

import textwrap

from dblint import frameworks
from tests.frameworks.lines import lines, run

ALL = frameworks.load()
RECORD = next(framework for framework in ALL if framework.name == "activerecord")
ECTO = next(framework for framework in ALL if framework.name == "ecto")
ELOQUENT = next(framework for framework in ALL if framework.name == "eloquent")


def facts(files: dict[str, str], framework: frameworks.Framework = RECORD) -> set[str]:
    return lines(run(framework, ALL, {path: textwrap.dedent(text) for path, text in files.items()}))


USER = "class User < ActiveRecord::Base; self.table_name = 'crm_users'; end\n"


def test_a_class_of_another_program_is_not_meant() -> None:
    found = facts({"crm/Gemfile": "", "crm/user.rb": USER, "shop/Gemfile": "", "shop/a.rb": "User.find(1)\n"})
    assert found == {"DECLARE crm_users(id)"}


def test_a_class_of_a_package_that_the_program_takes_by_its_path_is_meant() -> None:
    gemfile = 'gem "crm", path: "../crm"\n'
    found = facts({"crm/Gemfile": "", "crm/user.rb": USER, "shop/Gemfile": gemfile, "shop/a.rb": "User.find(1)\n"})
    assert "READ crm_users[?]" in found


def test_a_class_of_a_package_whose_path_is_computed_is_meant_by_the_name_of_its_folder() -> None:
    gemfile = 'gem "crm", path: File.join(LIBS, "crm")\n'
    files = {"libs/crm/Gemfile": "", "libs/crm/user.rb": USER, "shop/Gemfile": gemfile, "shop/a.rb": "User.find(1)\n"}
    assert "READ crm_users[?]" in facts(files)
    assert "READ crm_users[?]" not in facts({**files, "shop/Gemfile": 'gem "crm", "~> 2.0"\n'})
    schema = 'defmodule Crm.User do\n  use Ecto.Schema\n  schema "crm_users" do\n    field :name\n  end\nend\n'
    mix = 'defp deps, do: [{:crm, path: lib("crm")}]\n'
    used = "defmodule Shop do\n  alias Crm.User\n  def one(id), do: Shop.Repo.get(User, id)\nend\n"
    files = {"libs/crm/mix.exs": "", "libs/crm/user.ex": schema, "shop/mix.exs": mix, "shop/a.ex": used}
    assert any(fact.startswith("READ crm_users") for fact in facts(files, ECTO))


def test_a_class_of_an_engine_inside_of_the_program_is_meant() -> None:
    found = facts({"Gemfile": "", "engines/crm/Gemfile": "", "engines/crm/user.rb": USER, "app/a.rb": "User.find(1)\n"})
    assert "READ crm_users[?]" in found


def test_a_path_repository_of_composer_is_a_package_of_the_program() -> None:
    model = "<?php\nclass User extends \\Illuminate\\Database\\Eloquent\\Model { protected $table = 'crm_users'; }\n"
    composer = '{"repositories": [{"type": "path", "url": "../crm"}]}'
    found = facts(
        {
            "crm/composer.json": "{}",
            "crm/User.php": model,
            "shop/composer.json": composer,
            "shop/a.php": "<?php\nUser::find(1);\n",
        },
        ELOQUENT,
    )
    assert "READ crm_users[?]" in found


def test_a_module_of_a_library_that_the_tree_opens_is_the_library() -> None:
    opened = "module ActiveRecord\n  module Extension\n  end\nend\n"
    assert facts({"lib/ext.rb": opened, "app/a.rb": USER}) == {"DECLARE crm_users(id)"}


def test_a_class_is_found_in_the_modules_around_first() -> None:
    files = {
        "app/a.rb": "module Crm; class User < ActiveRecord::Base; self.table_name = 'crm_users'; end; end\n",
        "app/b.rb": "class User < ActiveRecord::Base; end\n",
        "app/c.rb": "module Crm; class Job; def run = User.find(1); end; end\n",
    }
    assert {fact for fact in facts(files) if fact.startswith("READ")} == {"READ crm_users[?]"}


def test_a_table_has_the_prefix_of_the_configuration_and_may_stay_singular() -> None:
    settings = """
    module App
      class Application < Rails::Application
        config.active_record.table_name_prefix = "app_"
        config.active_record.pluralize_table_names = false
      end
    end
    """
    found = facts({"config/application.rb": settings, "app/a.rb": "class LineItem < ActiveRecord::Base; end\n"})
    assert found == {"DECLARE app_line_item(id)"}


def test_a_class_inside_of_a_model_has_its_name_before_its_own() -> None:
    found = facts({"app/a.rb": "class Invoice < ActiveRecord::Base\n  class Lineitem < ActiveRecord::Base; end\nend\n"})
    assert found == {"DECLARE invoices(id)", "DECLARE invoice_lineitems(id)"}
