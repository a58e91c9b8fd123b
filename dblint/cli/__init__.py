"""The command line; importing it imports nothing else, since the import path has to be cleaned first."""

import contextlib
import gc
import os
import sys


def console() -> None:
    """Run dblint on the arguments of this process, and end the process.

    What a run made is not searched for reference cycles and not taken apart, neither on the way nor at the end: all of it goes
    with the process, and on a large tree either takes longer than judging it.
    """
    gc.disable()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def main() -> int:
    """Run dblint on the arguments of this process; the exit code."""
    trust_only_the_installation()
    try:
        # Imported only now that the import path is clean, and the command line itself only if there is something to do.
        from dblint.cli.replaying import again  # noqa: PLC0415

        arguments = sys.argv[1:]
        code = again(arguments)
        if code is None:
            from dblint.cli.running import run  # noqa: PLC0415

            code = run(arguments)
        return code
    except KeyboardInterrupt:
        return 130


def trust_only_the_installation() -> None:
    """Take the working directory off the import path: a `yaml.py` in the scanned tree must never be executed.

    It gets there by `python -m dblint` or an empty entry of PYTHONPATH. The folder that dblint itself was loaded from stays.
    """
    here = os.path.realpath(os.curdir)
    home = os.path.realpath(os.path.join(os.path.dirname(__file__), os.pardir, os.pardir))  # noqa: PTH118, PTH120 - before pathlib
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) != here or (entry and here == home)]
