"""A slip is answered with what was meant, whatever it is a slip in, and nothing is done."""

from pathlib import Path

import pytest

from dblint.cli.running import run
from tests.adoption.shop import CONFIG, shop
from tests.history.repositories import commit, repository

ALLOW = "allow:\n  - {{service: {0}, table: {1}, mode: {2}, rule: {3}, reason: x}}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system under git, and the current folder."""
    root = shop(repository(tmp_path / "shop"))
    commit(root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("DBLINT_CACHE_DIR", str(tmp_path / "cache"))
    return root


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("chekc", "'check'"),
        ("baseline updaet", "'update'"),
        ("config valdiate", "'validate'"),
        ("simulate mvoe", "'move'"),
        ("check --formatt json", "'--format'"),
        ("check --format jsom", "'json'"),
        ("report --format htlm", "'html'"),
        ("init --ci githb", "'github'"),
        ("check --fail-level eror", "'error'"),
        ("check --select cross-servce-read", "'cross-service-read'"),
        ("check --ignore DBL1O1", "'DBL101'"),
        ("check --base mian", "'main'"),
        ("check ../shpo", "'shop'"),
        ("explain cross-service-raed", "'cross-service-read'"),
        ("fix --suppress cross-service-raed --reason x", "'cross-service-read'"),
        ("who invoicse", "invoices"),
        ("who biling", "billing"),
        ("simulate move invoics --to orders", "invoices"),
        ("simulate move invoices --to ordrs", "'orders'"),
        ("simulate merge ordrs --with billing", "'orders'"),
        ("simulate split orders --by folders", "'folder'"),
        ("graph --focus ordrs", "'orders'"),
        ("query SELECT_*_FROM_acceses", "'accesses'"),
        ("query SELECT_nam_FROM_tables", "'name'"),
    ],
)
def test_a_slip_on_the_command_line(here: Path, capsys: pytest.CaptureFixture[str], slip: str, meant: str) -> None:
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file() and ".git" not in path.parts}
    code = run([word.replace("_", " ") for word in slip.split(" ")])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert "did you mean" in err.casefold()
    assert meant in err
    assert before == {path: path.read_bytes() for path in here.rglob("*") if path.is_file() and ".git" not in path.parts}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("servces: []\n", "dblint.yaml:7:1 unknown key 'servces'"),
        ("rules: {cross-service-raed: off}\n", "'cross-service-read'"),
        ("severities: [{service: a, rule: cross-owner-joi, severity: note}]\n", "'cross-owner-join'"),
        ("fail-level: eror\n", "'error'"),
        (
            ALLOW.format("ordrs", "invoices", "read", "DBL101"),
            "dblint.yaml:8:15 unknown service 'ordrs' (did you mean 'orders'?)",
        ),
        (ALLOW.format("orders", "invoices", "raed", "DBL101"), "'read'"),
        (ALLOW.format("orders", "invoices", "read", "cross-servce-read"), "'cross-service-read'"),
        ("rule-folders: [ordrs]\n", "'orders'"),
    ],
)
def test_a_slip_in_the_configuration(here: Path, capsys: pytest.CaptureFixture[str], config: str, said: str) -> None:
    kept = CONFIG.replace("rules: {shared-database: off}\n", "")
    (here / "dblint.yaml").write_text(kept + config)
    assert run(["check"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert "did you mean" in err


def test_an_allowance_or_pattern_for_a_table_that_is_not_there_names_the_one_that_is(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sharing = "sharing:\n  - {pattern: replica, table: invoics, reason: x}\n"
    (here / "dblint.yaml").write_text(CONFIG + ALLOW.format("orders", "billing.invoces", "read", "DBL101") + sharing)
    run(["check", "--format", "concise"])
    told = capsys.readouterr().out
    assert "billing.invoces for orders allows nothing that happens: there is no such table (did you mean 'invoices'?)" in told
    assert "is about invoics, and there is no such table (did you mean 'invoices'?)" in told
