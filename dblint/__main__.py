"""`python -m dblint`."""

from dblint.cli import console

if __name__ == "__main__":
    console()
