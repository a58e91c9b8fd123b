import subprocess
from pathlib import Path

import pytest

from dblint.catalogue import source
from dblint.catalogue.repository import address


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://github.com/shop/all.git", "https://github.com/shop/all/blob/c0ffee/"),
        ("https://user:s3cret@github.com/shop/all", "https://github.com/shop/all/blob/c0ffee/"),
        ("git@github.com:shop/all.git", "https://github.com/shop/all/blob/c0ffee/"),
        ("ssh://git@gitlab.shop.example:2222/team/sub/all.git", "https://gitlab.shop.example/team/sub/all/-/blob/c0ffee/"),
        ("git@bitbucket.org:shop/all.git", ""),
        ("/srv/git/all.git", ""),
        ("javascript:alert(1)", ""),
        ('https://github.com/a"><script>', ""),
    ],
)
def test_the_address_of_files_follows_from_the_remote(remote: str, expected: str) -> None:
    assert address(remote, "c0ffee") == expected


def test_a_folder_of_a_repository_has_its_own_address(tmp_path: Path) -> None:
    assert source(tmp_path) == ""
    shop = tmp_path / "services"
    shop.mkdir()
    (shop / "a.py").touch()
    for words in (
        "init -q",
        "remote add origin https://github.com/shop/all",
        "add -A",
        "-c user.name=a -c user.email=a@b commit -qm a",
    ):
        subprocess.run(["git", "-C", str(tmp_path), *words.split()], check=True)
    head = subprocess.run(["git", "-C", str(tmp_path), "rev-parse", "HEAD"], capture_output=True, encoding="utf-8", check=True)
    assert source(shop) == f"https://github.com/shop/all/blob/{head.stdout.strip()}/services/"
