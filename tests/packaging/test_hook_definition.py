import shlex
import subprocess
import sys

import pytest
import yaml

from tests.packaging.conftest import ROOT


@pytest.mark.parametrize("number", [0, 1])
def test_the_hook_takes_no_file_names_and_uses_only_options_that_exist(number: int) -> None:
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[number]
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == (("dblint", "dblint-full")[number], "python", False)
    program, *arguments = shlex.split(hook["entry"])
    assert program == "dblint"
    done = subprocess.run([sys.executable, "-m", "dblint", *arguments, "--help"], capture_output=True, check=False, cwd=ROOT)
    assert done.returncode == 0
