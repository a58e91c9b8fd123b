import time

import pytest

from dblint.report.escape import mask, show, whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders", "orders"),
        ("größe → 表", "größe → 表"),
        ("a\x1b[31mb", "a\\u001b[31mb"),
        ("a\nb\tc\rd", "a\\u000ab\\u0009c\\u000dd"),
        ("a\x7fb\x9bc", "a\\u007fb\\u009bc"),
        ("a\u202eb\u2066c\u200fd\u061ce", "a\\u202eb\\u2066c\\u200fd\\u061ce"),
        ("a\u200bb\ufeffc\u2060d\xade", "a\\u200bb\\ufeffc\\u2060d\\u00ade"),
        ("a\u2028b", "a\\u2028b"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("a\udcffb", "a\\xffb"),
        ("a\ud800b", "a\\ud800b"),
    ],
)
def test_what_could_move_hide_or_forge_text_is_made_visible(text: str, expected: str) -> None:
    assert show(text) == expected
    assert show(show(text)) == expected


def test_json_text_keeps_everything_but_half_surrogates() -> None:
    assert whole("a\x1b\u202e\udcff") == "a\x1b\u202e\\xff"


@pytest.mark.parametrize(
    "text",
    [
        'create_engine("postgresql://app:hunter2@db/shop")',
        "postgresql+asyncpg://app:hunter2@db:5432/shop",
        'PASSWORD = "hunter2"',
        "password: 'hunter2'",
        '{"password": "hunter2"}',
        'DB_PASSWORD = """hunter2"""',
        'connect(host="db", password="hunter2")',
        'os.environ.get("PGPASSWORD", "hunter2")',
        'dsn = "host=db user=app password=hunter2 dbname=shop"',
        "Server=db;Password=hunter2;Database=shop",
        'sql.Open("mysql", "app:hunter2@tcp(db:3306)/shop")',
        'fmt.Sprintf("postgres://app:%s@%s/shop", "hunter2", host)',
        'fmt.Sprintf("postgres://%s:%s@%s/shop", user, "hunter2", host)',
        "EXEC sp_addlinkedsrvlogin @rmtpassword = N'hunter2'",
        'password := "hunter2"',
        'val password: String = "hunter2"',
        "process.env.DB_PASSWORD || 'hunter2'",
        "ALTER ROLE app PASSWORD 'hunter2'",
        "CREATE USER app IDENTIFIED BY 'hunter2'",
        "CREATE USER app IDENTIFIED BY hunter2",
        'api_key = f"hunter2"',
        "SECRET_KEY = 'hunter2",
    ],
)
def test_a_secret_is_masked_however_it_is_written(text: str) -> None:
    assert "hunter2" not in mask(text)
    assert "***" in mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT id, password_hash FROM users",
        "SELECT token FROM sessions WHERE user_id = %s",
        "WHERE password = %s AND token = :token",
        'requests.get("https://billing/invoices")',
        "passengers = load(Passenger)",
    ],
)
def test_code_without_a_secret_is_shown_as_it_is(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("piece", ["password", "://a:", "password='", "token ", "identified by ", "pwd" + " " * 9, '"' * 3])
def test_masking_takes_time_in_proportion_to_the_text(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    mask(text)
    assert time.process_time() - start < 10
