"""Texts that PHP builds in its own ways: lists that grow, keys of arrays, replaced words, values that are nothing."""

import pytest

from tests.frameworks.lines import run
from tests.interpret.told import ALL

HEAD = "<?php\n$db = new PDO('mysql:host=h;dbname=shop');\n"
PHP = next(framework for framework in ALL if framework.language == "php")


def told(code: str) -> set[str]:
    """The tables that a file of PHP uses, `?` for what it cannot be told."""
    found = run(PHP, ALL, {"app/a.php": HEAD + code})
    tables = {str(access.table) for statement in found.statements for access in statement.accesses}
    return tables | {"?" for _ in found.unresolved}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("$q[] = 'DELETE FROM a'; $q[] = 'DELETE FROM b';\nforeach ($q as $s) { $db->exec($s); }", {"a", "b"}),
        ("$q = array('DELETE FROM a');\n$q[] = 'DELETE FROM b';\nforeach ($q as $s) { $db->exec($s); }", {"a", "b"}),
        ("$m = ['a' => 1, 'b' => 2];\nforeach ($m as $t => $n) { $db->exec(\"DELETE FROM $t\"); }", {"a", "b"}),
        ("$m = ['x' => 'a', 'y' => 'b'];\nforeach ($m as $t) { $db->exec(\"DELETE FROM $t\"); }", {"a", "b"}),
        ("$db->exec(str_replace('@@', 'a', 'DELETE FROM @@'));", {"a"}),
        ("$db->exec(str_replace(['@1', '@2'], ['DELETE', 'a'], '@1 FROM @2'));", {"a"}),
        ("$db->exec(preg_replace('/\\[NAME\\]/', 'a', 'DELETE FROM [NAME]'));", {"a"}),
        ("$db->exec(preg_replace('/\\s+/', ' ', 'DELETE   FROM a'));", {"a"}),
        ("$db->exec(trim(' DELETE FROM a '));", {"a"}),
    ],
)
def test_a_text_is_followed_through_what_php_makes_of_it(code: str, expected: set[str]) -> None:
    assert told(code) == expected


def test_a_value_that_is_nothing_loses_no_statement() -> None:
    code = "$n = '';\n$db->exec(\"UPDATE a SET x = $n, y = $given WHERE id = $n\");"
    assert told(code) == {"a"}


def test_a_text_that_shows_how_to_write_a_query_is_none() -> None:
    assert told("$shown = 'SELECT * FROM [table]';") == set()
    assert told("$shown = 'SELECT * FROM [orders]';") == {"orders"}
