import shlex
import subprocess
import sys

import yaml

from tests.packaging.conftest import ROOT


def test_the_hook_takes_no_file_names_and_uses_only_options_that_exist() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("dblint", "python", False)
    program, *arguments = shlex.split(hook["entry"])
    assert program == "dblint"
    done = subprocess.run([sys.executable, "-m", "dblint", *arguments, "--help"], capture_output=True, check=False, cwd=ROOT)
    assert done.returncode == 0
