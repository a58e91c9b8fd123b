"""Variants of one system, each folder of which installs it on another operating system, are one service."""

from pathlib import Path

from tests.discover.trees import kinds, plant, roles

SCRIPT = '#!/bin/sh\npsql -c "DELETE FROM sessions"\n'
FOLDERS = ("debian", "ubuntu-22.04", "freebsd")


def test_folders_named_after_operating_systems_are_no_services(tmp_path: Path) -> None:
    contents = {f"{folder}/res/{name}": text for folder in FOLDERS for name, text in (("a.sh", SCRIPT), ("b.php", "<?php\n"))}
    assert kinds(plant(tmp_path, contents=contents)) == {tmp_path.name: "service"}


def test_templates_of_scripts_and_configured_queries_are_read(tmp_path: Path) -> None:
    contents = {
        "mail/Dockerfile": "FROM debian\n",
        "mail/bin/_run.sh.tpl": SCRIPT,
        "mail/maps.cf": "query = SELECT a FROM b\n",
        "mail/other.cf": "query = 1\n",
        "mail/page.html.tpl": "x\n",
    }
    plant(tmp_path, contents=contents)
    assert set(roles(tmp_path)) == {"mail/bin/_run.sh.tpl", "mail/maps.cf"}
