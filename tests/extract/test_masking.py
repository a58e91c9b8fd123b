"""A password never gets into a fact, and everything else stays where it was."""

import msgspec
import pytest

from dblint.extract.file import extract
from dblint.extract.masking import masked
from dblint.languages import Vocabulary

CANARY = "hunter2-canary"
WORDS = Vocabulary(calls=frozenset({"connect", "create_engine", "execute"}), markers=("connect", "execute"))


@pytest.mark.parametrize(
    "line",
    [
        f'engine = create_engine("postgresql://app:{CANARY}@db:5432/shop")',
        f"conn = connect(host='db', user='app', password='{CANARY}')",
        f'DATABASES = {{"default": {{"PASSWORD": "{CANARY}", "NAME": "shop"}}}}\nconnect(DATABASES)',
        f'DB_PASSWORD = "{CANARY}"\nconnect(DB_PASSWORD)',
        f"API_KEY='{CANARY}'\nconnect(API_KEY)",
        f"connect('host=db user=app password={CANARY} dbname=shop')",
        f"connect('host=db user=app password={CANARY}')",
        f"connect('app:{CANARY}@tcp(db:3306)/shop')",
        f"connect('postgres://app:%s@%s/shop' % ('{CANARY}', host))\nconnect(sprintf('u:%s@%s', '{CANARY}', host))",
        f"class Settings:\n    db_password: str | None = '{CANARY}'\nconnect(Settings)",
        f"class Settings:\n    db_password: SecretStr = SecretStr('{CANARY}')\nconnect(Settings)",
        f"connect(os.getenv('DB_PASSWORD', '{CANARY}'))",
        f"connect(os.environ.get('DB_PASSWORD') or '{CANARY}')",
    ],
)
def test_a_password_in_code_reaches_no_fact(line: str) -> None:
    facts = extract("app.py", "python", line.encode(), WORDS, lambda _: ())
    assert CANARY.encode() not in msgspec.json.encode(facts)
    assert facts.module is not None
    assert facts.module.bindings or facts.module.evaluations


def test_a_password_in_sql_reaches_no_fact() -> None:
    facts = extract("a.sql", "sql", f"CREATE USER app IDENTIFIED BY '{CANARY}';".encode(), WORDS, lambda _: ())
    assert CANARY.encode() not in msgspec.json.encode(facts)


@pytest.mark.parametrize(
    "text",
    [
        'PASSWORD_TABLE = "user_passwords"',
        'password = Column("password", String)',
        'execute("SELECT password FROM users WHERE token = %s")',
        'url = f"postgresql://{user}:{password}@{host}/shop"',
        'url = "postgresql://app:${DB_PASSWORD}@db/shop"',
        'token = "SELECT id FROM tokens"',
        'columns = ["PASSWORD", "EMAIL"]',
        "connect(\n    password=secret\n)",
        'password=f"{word}"',
        'connect(\n    host=host,\n    password=os.environ["WORD"])',
        'connect(host="db", password=PASSWORD, dbname="shop")',
        'url = fmt.Sprintf("postgres://%s:%s@%s/shop", user, password, host)',
    ],
)
def test_what_is_no_password_stays(text: str) -> None:
    assert masked(text) == text


def test_places_stay_where_they_are() -> None:
    text = f'a = 1\nurl = "mysql://app:{CANARY}@db/shop"\nb = "x"\n'
    assert len(masked(text)) == len(text)
    assert masked(text).count("\n") == text.count("\n")
    assert masked(text).endswith('b = "x"\n')
