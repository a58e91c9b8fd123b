"""Modules of a build that others depend on are libraries, unless a framework for servers starts them."""

from pathlib import Path

from tests.discover.trees import kinds, plant

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
