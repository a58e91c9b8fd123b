"""An application of a framework is one service, whatever its folders are; packages that nothing runs are none."""

from pathlib import Path

from tests.discover.trees import kinds, plant, scan, services

RAILS = {
    "Gemfile": "gem 'rails'\n",
    "config/application.rb": "module A; end\n",
    "Procfile": "web: bundle exec puma -C config/puma.rb\nworker: bin/delayed_job run\n",
    "config/puma.rb": "port 3000\n",
    "bin/delayed_job.rb": "run\n",
    "app/models/user.rb": "class User; end\n",
    "lib/tool.rb": "module Tool; end\n",
    "db/schema.rb": "create_table 'users'\n",
}


def test_a_rails_application_at_the_root_is_one_service(tmp_path: Path) -> None:
    plant(tmp_path, contents=RAILS)
    assert list(services(tmp_path).values()) == ["."]


def test_several_rails_applications_are_a_service_each(tmp_path: Path) -> None:
    both = {f"{name}/{path}": text for name in ("shop", "crm") for path, text in RAILS.items()}
    plant(tmp_path, contents=both)
    assert services(tmp_path) == {"crm": "crm", "shop": "shop"}


def test_a_service_with_a_build_file_of_its_own_inside_of_an_application_is_another(tmp_path: Path) -> None:
    mailer = {"services/mailer/package.json": "{}", "services/mailer/Dockerfile": "FROM x\n", "services/mailer/a.js": "1\n"}
    plant(tmp_path, contents=RAILS | mailer)
    assert "services/mailer" in services(tmp_path).values()


def test_a_laravel_application_at_the_root_is_one_service(tmp_path: Path) -> None:
    files = {
        "composer.json": "{}",
        "artisan": "#!/usr/bin/env php\n<?php\n",
        "app/User.php": "<?php\n",
        "routes/web.php": "<?php\n",
    }
    plant(tmp_path, contents=files)
    assert list(services(tmp_path).values()) == ["."]


def test_a_gem_beside_the_applications_is_a_library(tmp_path: Path) -> None:
    both = {f"{name}/{path}": text for name in ("shop", "crm") for path, text in RAILS.items()}
    gem = {"models/models.gemspec": "x\n", "models/Gemfile": "gemspec\n", "models/lib/models.rb": "class User; end\n"}
    plant(tmp_path, contents=both | gem)
    assert kinds(tmp_path) == {"crm": "service", "shop": "service", "models": "library"}


def test_a_repository_of_nothing_but_packages_is_one_product(tmp_path: Path) -> None:
    gems = {f"{name}/{name}.gemspec": "x\n" for name in ("core", "api")} | {
        f"{name}/lib/a.rb": "class A; end\n" for name in ("core", "api")
    }
    plant(tmp_path, contents=gems | {"Gemfile": "gemspec\n", "all.gemspec": "x\n"})
    assert list(services(tmp_path).values()) == ["."]


def test_models_that_django_began_and_settings_for_its_tests_are_what_they_are(tmp_path: Path) -> None:
    begun = "# This is an auto-generated Django model module.\n# You'll have to do the following manually\n"
    plant(tmp_path, "shop/settings/testmysql.py", contents={"shop/models.py": begun, "shop/other.py": "# Auto-generated\n"})
    roles = {file.path: file.role for file in scan(tmp_path).files}
    assert roles == {"shop/models.py": "source", "shop/other.py": "generated", "shop/settings/testmysql.py": "test"}
