"""Modules of a build that others depend on are libraries, unless a framework for servers starts them."""

from pathlib import Path

import pytest

from tests.discover.trees import kinds, plant, scan

_POM = "<project><artifactId>{name}</artifactId><dependencies>{inside}</dependencies></project>"
_ON = "<dependency><groupId>shop</groupId><artifactId>{name}</artifactId></dependency>"
_APPLICATION = "@SpringBootApplication class Application { public static void main(String[] a) {} }"
_TOOL = "class Generator { public static void main(String[] a) {} }"


def test_a_module_with_a_tool_that_others_are_built_with_is_a_library(tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "orders/pom.xml": _POM.format(name="orders", inside=_ON.format(name="mappers")),
            "orders/src/main/java/Application.java": _APPLICATION,
            "billing/pom.xml": _POM.format(name="billing", inside=""),
            "billing/src/main/java/Application.java": _APPLICATION,
            "mappers/pom.xml": _POM.format(name="mappers", inside=""),
            "mappers/src/main/java/Generator.java": _TOOL,
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service", "mappers": "library"}


def test_a_module_that_others_are_built_with_is_a_library_though_its_build_copies_the_plugin_of_services(
    tmp_path: Path,
) -> None:
    started = "class A { static void main(String[] a) { SpringApplication.run(A.class); } }"
    plugin = "<build><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></build></project>"
    plant(
        tmp_path,
        contents={
            "orders/pom.xml": _POM.format(name="orders", inside=_ON.format(name="users")).replace("</project>", plugin),
            "orders/src/main/java/Application.java": started,
            "billing/pom.xml": _POM.format(name="billing", inside=_ON.format(name="orders")).replace("</project>", plugin),
            "billing/src/main/java/Application.java": _APPLICATION,
            "users/pom.xml": _POM.format(name="users", inside="").replace("</project>", plugin),
            "users/src/main/java/Users.java": "class Users {}",
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service", "users": "library"}


def test_what_only_tests_depend_on_is_a_library_and_no_part_of_the_program(tmp_path: Path) -> None:
    on = _ON.format(name="schema").replace("</dependency>", "<scope>test</scope></dependency>")
    plant(
        tmp_path,
        contents={
            "orders/build.gradle.kts": 'dependencies {\n api(project(":shared"))\n testImplementation(project(":schema"))\n}',
            "orders/src/main/java/Application.java": _APPLICATION,
            "billing/pom.xml": _POM.format(name="billing", inside=on),
            "billing/src/main/java/Application.java": _APPLICATION,
            "shared/build.gradle": "",
            "shared/src/main/java/Tool.java": _TOOL,
            "schema/build.gradle": "",
            "schema/src/main/java/Tool.java": _TOOL,
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service", "shared": "library", "schema": "library"}
    services = scan(tmp_path).services
    assert {service.name: service.takes for service in services if service.takes} == {"orders": ("shared",)}


def test_a_gradle_project_is_named_by_its_path(tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "orders/build.gradle": "dependencies { implementation project(':shared-kernel') }",
            "orders/src/main/java/Application.java": _APPLICATION,
            "billing/build.gradle.kts": "dependencies { implementation(projects.sharedKernel) }",
            "billing/src/main/java/Application.java": _APPLICATION,
            "shared-kernel/build.gradle": "",
            "shared-kernel/src/main/java/Tool.java": _TOOL,
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service", "shared-kernel": "library"}


def test_modules_of_maven_may_have_one_name_in_different_groups(tmp_path: Path) -> None:
    pom = "<project><parent><groupId>shop</groupId></parent><groupId>shop.{group}</groupId><artifactId>{name}</artifactId>"
    on = "<dependencies><dependency><groupId>shop.common</groupId><artifactId>http</artifactId></dependency></dependencies>"
    plant(
        tmp_path,
        contents={
            "common/http/pom.xml": pom.format(group="common", name="http") + "</project>",
            "common/http/src/main/java/Tool.java": _TOOL,
            "transport/http/pom.xml": pom.format(group="transport", name="http") + on + "</project>",
            "transport/http/src/main/java/Application.java": _APPLICATION,
            "orders/pom.xml": pom.format(group="transport", name="orders") + on + "</project>",
            "orders/src/main/java/Application.java": _APPLICATION,
        },
    )
    assert kinds(tmp_path) == {"common/http": "library", "transport/http": "service", "orders": "service"}


@pytest.mark.parametrize("prefix", ["shop-", "${rootProject.name}-"])
def test_a_gradle_build_may_put_a_prefix_before_the_names_of_its_folders(prefix: str, tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "settings.gradle": f"rootProject.name = 'shop'\nrootProject.children.each {{it.name=\"{prefix}${{it.name}}\"}}\n",
            "orders/build.gradle": "dependencies { implementation project(':shop-kernel') }",
            "orders/src/main/java/Application.java": _APPLICATION,
            "billing/build.gradle": "",
            "billing/src/main/java/Application.java": _APPLICATION,
            "kernel/build.gradle": "",
            "kernel/src/main/java/Tool.java": _TOOL,
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service", "kernel": "library"}


def test_a_folder_that_only_gathers_modules_is_no_service(tmp_path: Path) -> None:
    plant(
        tmp_path,
        contents={
            "pom.xml": "<project><modules><module>providers</module></modules></project>",
            "providers/pom.xml": "<project><modules><module>orders</module><module>billing</module></modules></project>",
            "providers/orders/pom.xml": _POM.format(name="orders", inside=""),
            "providers/orders/src/main/java/Application.java": _APPLICATION,
            "providers/billing/pom.xml": _POM.format(name="billing", inside=""),
            "providers/billing/src/main/java/Application.java": _APPLICATION,
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "billing": "service"}


def test_an_app_of_an_umbrella_that_others_take_is_a_library_unless_it_serves(tmp_path: Path) -> None:
    head = "defmodule {name}.MixProject do\n  def project, do: [app: :{app}, deps: [{deps}]]\n"
    mix = head + "  def application, do: [{mod}]\nend\n"
    started = "\n    mod: {App, []}\n  "
    endpoint = "defmodule Web.Endpoint do\n  use Phoenix.Endpoint, otp_app: :web\nend\n"
    plant(
        tmp_path,
        contents={
            "mix.exs": 'defmodule U do\n  def project, do: [apps_path: "apps"]\nend\n',
            "apps/core/mix.exs": mix.format(name="Core", app="core", deps="", mod=started),
            "apps/core/lib/core.ex": "defmodule Core do\nend\n",
            "apps/kernel/mix.exs": mix.format(name="Kernel", app="kernel", deps="", mod=""),
            "apps/kernel/lib/kernel.ex": "defmodule Kernel do\nend\n",
            "apps/shop/mix.exs": mix.format(name="Shop", app="shop", deps="{:core, in_umbrella: true}", mod=started),
            "apps/shop/lib/endpoint.ex": endpoint,
            "apps/crm/mix.exs": mix.format(name="Crm", app="crm", deps="{:shop, in_umbrella: true}", mod=started),
            "apps/crm/lib/endpoint.ex": endpoint,
        },
    )
    assert kinds(tmp_path) == {"core": "library", "crm": "service", "kernel": "library", "shop": "service"}


def test_the_projects_of_an_sbt_build_are_services_and_what_they_depend_on_a_library(tmp_path: Path) -> None:
    main = "object Main extends IOApp.Simple { val run = 1 }"
    plant(
        tmp_path,
        contents={
            "build.sbt": """
lazy val root = (project in file(".")).aggregate(common, `orders-api`, billing)
lazy val common = (project in file("modules/common")).settings(libraryDependencies ++= Seq(slick))
lazy val `orders-api` = project.enablePlugins(PlayScala).dependsOn(common % "compile->compile;test->test")
lazy val billing = PlayProject("modules/billing").dependsOn(common)
""",
            "modules/common/src/main/scala/Migrate.scala": main,
            "orders-api/conf/routes": "GET / controllers.Home.index",
            "orders-api/app/controllers/Home.scala": "class Home { val x = 1 }",
            "modules/billing/src/main/scala/Main.scala": main,
        },
    )
    assert kinds(tmp_path) == {"common": "library", "orders-api": "service", "billing": "service"}


def test_the_folder_of_an_sbt_project_may_begin_with_a_name_and_the_build_is_no_service(tmp_path: Path) -> None:
    main = "object Main extends App\n"
    plant(
        tmp_path,
        contents={
            "build.sbt": """
val backend = "services"
lazy val common = project.in(file(backend + "/common"))
lazy val orders = project.in(file(s"$backend/orders")).dependsOn(common)
lazy val billing = Project("billing", file(s"${backend}/billing")).dependsOn(common)
""",
            "project/Dependencies.scala": "object Dependencies { val doobie = 1 }\n",
            "services/common/src/main/scala/Shared.scala": "class Shared { val x = 1 }\n",
            "services/orders/src/main/scala/Main.scala": main,
            "services/billing/src/main/scala/Main.scala": main,
        },
    )
    assert kinds(tmp_path) == {"common": "library", "orders": "service", "billing": "service"}


def test_an_sbt_build_without_projects_is_one_project(tmp_path: Path) -> None:
    build = {f"{name}/build.sbt": f'name := "{name}"\n' for name in ("orders", "billing")}
    main = {f"{name}/src/main/scala/Main.scala": "object Main extends App\n" for name in ("orders", "billing")}
    assert kinds(plant(tmp_path, contents=build | main)) == {"orders": "service", "billing": "service"}


@pytest.mark.parametrize(
    ("goal", "source", "kind"),
    [
        ("java", _TOOL, "library"),
        ("java", _APPLICATION, "service"),
        ("exec", _TOOL, "service"),
    ],
)
def test_a_program_that_runs_in_a_phase_of_the_build_is_no_service(tmp_path: Path, goal: str, source: str, kind: str) -> None:
    step = (
        "<plugin><artifactId>exec-maven-plugin</artifactId><executions><execution><phase>compile</phase>"
        f"<goals><goal>{goal}</goal></goals></execution></executions></plugin></project>"
    )
    plant(
        tmp_path,
        contents={
            "orders/pom.xml": _POM.format(name="orders", inside=""),
            "orders/src/main/java/Application.java": _APPLICATION,
            "converter/pom.xml": _POM.format(name="converter", inside="").replace("</project>", step),
            "converter/src/main/java/Converter.java": source,
        },
    )
    assert kinds(tmp_path) == {"orders": "service", "converter": kind}
