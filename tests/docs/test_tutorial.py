"""The tutorial does what it says: every command is run, and what it is said to print is compared."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
EXIT = re.compile(r"\[exit code (\d+)\]")


def steps(page: str) -> list[tuple[str, list[str], int]]:
    """Each command with the lines that it must print and its exit code."""
    found: list[tuple[str, list[str], int]] = []
    for block in BLOCK.findall(page):
        for written in block.split("\n$ "):
            command, *lines = written.removeprefix("$ ").strip("\n").split("\n")
            code = EXIT.fullmatch(lines[-1]) if lines else None
            found.append((command, lines[: -1 if code else None], int(code[1]) if code else 0))
    return found


def missing(expected: list[str], said: list[str]) -> str | None:
    """The first expected line that is not there in its place; `…` stands for anything, for any lines where it stands alone."""
    position, anywhere = 0, False
    for line in expected:
        if line == "…":
            anywhere = True
            continue
        like = re.compile(".*".join(map(re.escape, line.split("…"))))
        found = next(
            (n for n in range(position, len(said) if anywhere else position + 1) if like.fullmatch("".join(said[n : n + 1]))),
            None,
        )
        if found is None:
            return line
        position, anywhere = found + 1, False
    return None if anywhere or position == len(said) else f"the end before: {said[position]}"


@pytest.mark.slow
def test_every_command_of_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "fixtures" / "shop", tmp_path / "fixtures" / "shop")
    (tmp_path / "home").mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "DBLINT_", "PRE_COMMIT", "PYTHON"))}
    environment = kept | {
        "HOME": str(tmp_path / "home"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_COUNT": "3",
        **{f"GIT_CONFIG_KEY_{n}": key for n, key in enumerate(("user.name", "user.email", "init.defaultBranch"))},
        **{f"GIT_CONFIG_VALUE_{n}": value for n, value in enumerate(("a", "a@example.com", "main"))},
        "NO_COLOR": "1",
        "PYTHONPATH": str(ROOT),
    }
    here = tmp_path / "work"
    here.mkdir()
    (here / "fixtures").symlink_to(tmp_path / "fixtures")
    for command, lines, code in steps((ROOT / "docs" / "tutorial.md").read_text("utf-8")):
        script = f"exec 2>&1\n{command}\n"
        done = subprocess.run(["bash", "-c", script], cwd=here, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, (command, done.stdout)
        assert missing(lines, done.stdout.rstrip("\n").splitlines()) is None, (command, done.stdout)
        if " cd ../shop" in command:
            here = tmp_path / "shop"
