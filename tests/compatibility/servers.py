"""Databases to prove the matrix on: SQLite from the standard library, PostgreSQL and MariaDB from Debian's packages."""

import os
import pwd
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

Rows = list[dict[str, str | None]]


class DatabaseError(Exception):
    """The database refuses a statement."""


class Database(Protocol):
    """A database that can be emptied and asked."""

    dialect: str

    def renew(self, script: str) -> None:
        """Drop everything, then run a script."""

    def run(self, script: str) -> Rows:
        """The rows of the last statement; raises a DatabaseError if one is refused."""


class Sqlite:
    """A database in memory."""

    dialect = "sqlite"

    def __init__(self) -> None:
        self.renew("")

    def renew(self, script: str) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.run(script)

    def run(self, script: str) -> Rows:
        cursor = self.connection.cursor()
        try:
            for statement in statements(script):
                cursor.execute(statement)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, map(str, row), strict=True)) for row in cursor.fetchall()]
        except sqlite3.Error as error:
            raise DatabaseError(str(error)) from None


class Client:
    """A server that is asked by its command line client."""

    def __init__(self, dialect: str, command: Sequence[str], clearing: str) -> None:
        self.dialect = dialect
        self._command = command
        self._clearing = clearing

    def renew(self, script: str) -> None:
        # In one go: most of the time goes into starting the client.
        self.run(f"{self._clearing}\n{script}")

    def run(self, script: str) -> Rows:
        done = subprocess.run(self._command, input=script, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            raise DatabaseError(done.stderr)
        lines = [line for line in done.stdout.splitlines() if line]
        names = lines[0].split("\t") if lines else []
        return [dict(zip(names, line.split("\t"), strict=False)) for line in lines[1:]]


def statements(script: str) -> list[str]:
    """The statements of a script, the bodies of triggers in one piece."""
    found: list[str] = []
    pending = ""
    for part in script.split(";"):
        pending = f"{pending};{part}" if pending else part
        if sqlite3.complete_statement(pending + ";"):
            found.append(pending)
            pending = ""
    return [each for each in found if each.strip()]


def missing(dialect: str) -> str:
    """Why a server cannot be started here; empty if it can."""
    if dialect == "postgres" and _postgres_folder() is None:
        return "PostgreSQL is not installed (apt-get install postgresql)"
    if dialect == "mysql" and not (shutil.which("mariadbd") and shutil.which("mariadb-install-db")):
        return "MariaDB is not installed (apt-get install mariadb-server)"
    return ""


@contextmanager
def postgres(folder: Path) -> Iterator[Client]:
    """A PostgreSQL server of its own, on a socket in the folder."""
    binaries = _postgres_folder()
    assert binaries is not None
    user = _prepared(folder, "postgres")
    data = folder / "data"
    subprocess.run(
        [*user, str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    control = [*user, str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(
        [*control, "-l", str(folder / "log"), "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder
    )
    command = ["psql", "-h", str(folder), "-U", "postgres", "-d", "postgres"]
    quiet = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-A", "-F", "\t", "-P", "footer=off", "-P", "null=NULL"]
    try:
        yield Client("postgres", [*command, *quiet], "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;")
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, cwd=folder)


@contextmanager
def mariadb(folder: Path) -> Iterator[Client]:
    """A MariaDB server of its own, on a socket in the folder."""
    user = _prepared(folder, "mysql")
    data, socket = folder / "data", folder / "socket"
    install = [*user, "mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
    subprocess.run(install, check=True, capture_output=True, cwd=folder)
    flags = ["--no-defaults", f"--datadir={data}", f"--socket={socket}", "--skip-networking", f"--pid-file={folder / 'pid'}"]
    server = subprocess.Popen(
        [*user, "mariadbd", *flags, "--innodb-flush-log-at-trx-commit=0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    command = ["mariadb", "--no-defaults", f"--socket={socket}", "-u", "root", "--batch"]
    clearing = Client("mysql", command, "")
    try:
        _wait(clearing)
        clearing.run("CREATE DATABASE shop")
        empty = "DROP DATABASE shop; CREATE DATABASE shop; USE shop;"
        yield Client("mysql", [*command, "shop"], empty)
    finally:
        server.terminate()
        server.wait(30)


def _wait(client: Client) -> None:
    for _ in range(150):
        try:
            client.run("SELECT 1")
        except DatabaseError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the server does not answer")


def _prepared(folder: Path, name: str) -> list[str]:
    """Neither server runs as root: the words that start it as its own user, who gets the folder."""
    if os.geteuid():
        return []
    account = pwd.getpwnam(name)
    os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    return ["runuser", "-u", name, "--"]


def _postgres_folder() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    usual = shutil.which("initdb")
    return Path(usual).parent if usual else None
