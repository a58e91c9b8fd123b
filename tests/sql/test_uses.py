# ruff: noqa: E501, S608 -- vectors of one line each; nothing here reaches a database
import pytest

from dblint.model.sql import Dialect
from dblint.sql import read_script
from tests.sql.reading import joins, one, tables, uses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT a.x, b.* FROM s.Foo a JOIN bar b ON a.i = b.j", {"select s.foo cols(i,x)", "select bar star(*)"}),
        ('SELECT x FROM "Orders"', {"select Orders cols(x)"}),
        ("SELECT * FROM t WHERE a = 1", {"select t star(*)"}),
        ('SELECT id FROM t WHERE a LIKE concat("%", ?, "%")', {"select t cols(id,a)"}),
        ("TABLE t", {"select t star(*)"}),
        ("SELECT o FROM orders o", {"select orders star(*)"}),
        ("SELECT count(*) FROM t WHERE a = 1", {"select t count(a)"}),
        ("SELECT 1 FROM a WHERE EXISTS (SELECT * FROM b WHERE b.i = a.j)", {"select a cols(j)", "select b exists(i)"}),
        ("SELECT a AS x FROM t ORDER BY x, y", {"select t cols(a,y)"}),
        ("SELECT x FROM a JOIN b USING (id)", {"select a cols(id)", "select b cols(id)"}),
        ("INSERT INTO t (a, b) VALUES (1, 2)", {"insert t insert.cols(a,b)"}),
        ("INSERT INTO t SELECT * FROM u", {"insert t insert.nolist(?)", "select u star(*)"}),
        (
            "INSERT INTO t (a) VALUES (1) ON CONFLICT (k) DO UPDATE SET a = excluded.a",
            {"upsert t insert.cols(a)", "upsert t conflict(k)"},
        ),
        ("UPDATE core.cfg SET v = 1 WHERE id = 2", {"update core.cfg update.cols(v)"}),
        ("UPDATE t SET (a, b) = (1, 2) FROM u WHERE u.i = t.i", {"update t update.cols(a,b)", "select u cols(i)"}),
        ("DELETE FROM t USING u WHERE t.i = u.j", {"delete t delete(i)", "select u cols(j)"}),
        ("DELETE FROM t", {"delete t delete()"}),
        (
            "MERGE INTO t USING s ON t.i = s.i WHEN MATCHED THEN UPDATE SET a = s.a WHEN NOT MATCHED THEN INSERT (i) VALUES (s.i)",
            {"upsert t conflict(i)", "update t update.cols(a)", "insert t insert.cols(i)", "select s cols(i,a)"},
        ),
        ("SELECT * FROM a x, b y FOR UPDATE OF x", {"select a star(*)", "select b star(*)", "lock a lock()"}),
        (
            "WITH d AS (DELETE FROM t WHERE a = 1 RETURNING *) INSERT INTO log SELECT * FROM d",
            {"delete t delete(a)", "insert log insert.nolist(?)"},
        ),
        ("SELECT * INTO new FROM old", {"insert new insert.nolist(?)", "select old star(*)"}),
        ("COPY t (a, b) FROM STDIN", {"copy t insert.cols(a,b)"}),
        ("COPY (SELECT a FROM q) TO STDOUT", {"select q cols(a)"}),
        ("COPY t TO '/x'", {"copy t star(*)"}),
        ("TRUNCATE ONLY a, s.b RESTART IDENTITY CASCADE", {"truncate a truncate()", "truncate s.b truncate()"}),
        ("LOCK TABLE a, b IN SHARE MODE", {"lock a lock()", "lock b lock()"}),
        ("VALUES (1), ((SELECT a FROM t))", {"select t cols(a)"}),
        ("INSERT INTO t (a) OVERRIDING SYSTEM VALUE VALUES (1)", {"insert t insert.cols(a)"}),
        ("DELETE FROM t WHERE CURRENT OF c", {"delete t delete()"}),
        ("SET x = (SELECT a FROM t)", {"select t cols(a)"}),
        ("EXPLAIN (ANALYZE, BUFFERS) SELECT a FROM t", {"select t cols(a)"}),
        ("PREPARE p (int) AS SELECT a FROM t", {"select t cols(a)"}),
        ("DECLARE c CURSOR FOR SELECT a FROM t", {"select t cols(a)"}),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY mv", {"refresh mv refresh()"}),
        ("SELECT * FROM dblink('c', 'SELECT a FROM far.t') AS x(a int)", {"select far.t cols(a)"}),
    ],
)
def test_a_statement_says_what_it_uses(text: str, expected: set[str]) -> None:
    assert uses(text) == expected


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("mysql", "UPDATE a JOIN b ON a.i = b.i SET a.x = 1, b.y = 2", {"update a update.cols(x)", "update b update.cols(y)"}),
        ("mysql", "DELETE x FROM a x JOIN b ON x.i = b.i", {"delete a delete(i)", "select b cols(i)"}),
        ("mysql", "REPLACE INTO t (a) VALUES (1)", {"upsert t insert.cols(a)"}),
        ("mysql", "INSERT INTO t SET a = 1", {"insert t insert.cols(a)"}),
        ("mysql", "INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2", {"upsert t insert.cols(a)"}),
        ("mysql", "INSERT LOW_PRIORITY IGNORE INTO t (a) VALUES (1)", {"insert t insert.cols(a)"}),
        ("mysql", "LOAD DATA INFILE 'x' INTO TABLE t FIELDS TERMINATED BY ',' (a, b)", {"copy t insert.cols(a,b)"}),
        ("mysql", "/*!50001 SELECT a FROM `Hidden` */", {"select Hidden cols(a)"}),
        ("sqlite", "INSERT OR REPLACE INTO t (a) VALUES (1)", {"upsert t insert.cols(a)"}),
        ("tsql", "UPDATE o SET o.x = 1 FROM dbo.Orders AS o JOIN c ON o.i = c.i", {"update dbo.Orders update.cols(x)", "select c cols(i)"}),
        ("tsql", "SELECT a FROM [Order Lines] WITH (UPDLOCK)", {"select Order Lines cols(a)", "lock Order Lines lock()"}),
        ("tsql", "INSERT INTO t WITH (TABLOCK) (a) SELECT b FROM s", {"insert t insert.cols(a)", "select s cols(b)"}),
        ("tsql", "INSERT INTO t EXEC dbo.p", {"insert t insert.nolist(?)"}),
        ("mysql", "SELECT a INTO OUTFILE 'x' FROM t", {"select t cols(a)"}),
        ("clickhouse", "SELECT a FROM t FINAL", {"select t cols(a)"}),
        ("tsql", "BULK INSERT t FROM 'f'", {"copy t insert.nolist(?)"}),
        ("tsql", "WITH c AS (SELECT a FROM t) UPDATE c SET a = 1", {"select t cols(a)", "update t update.cols(a)"}),
        ("oracle", "INSERT ALL INTO a VALUES (1) INTO b VALUES (2) SELECT x FROM s", {"insert A insert.nolist(?)", "insert B insert.nolist(?)", "select S cols(X)"}),
    ],
)  # fmt: skip
def test_dialects_keep_their_own_statements(dialect: Dialect, text: str, expected: set[str]) -> None:
    assert uses(text, dialect) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WITH c AS (SELECT 1) SELECT * FROM c", set()),
        ("WITH orders AS (SELECT * FROM orders) SELECT * FROM orders", {"orders"}),
        ("WITH RECURSIVE r AS (SELECT a FROM t UNION ALL SELECT a FROM r) SELECT * FROM r", {"t"}),
        ("WITH c AS (SELECT 1) SELECT * FROM s.c", {"s.c"}),
        ("WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM b JOIN t ON true", {"t"}),
        ("SELECT * FROM (SELECT x FROM t) d", {"t"}),
        ("SELECT * FROM generate_series(1, 3) g, unnest(ARRAY[1]) u, t", {"t"}),
        ("SELECT * FROM pg_class, information_schema.tables, pg_catalog.pg_type", set()),
        ("CREATE TEMP TABLE w AS SELECT * FROM t; SELECT * FROM w; DROP TABLE w", {"t"}),
        ("SELECT * FROM (VALUES (1)) v", set()),
        ("SELECT * FROM t, LATERAL (SELECT * FROM u WHERE u.i = t.i) l", {"t", "u"}),
        ("SELECT * FROM ONLY t", {"t"}),
        ("SELECT x.id FROM  AS x JOIN t ON t.id = x.id", {"t"}),
    ],
)
def test_names_that_are_no_tables_are_left_out(text: str, expected: set[str]) -> None:
    assert tables(text) == expected


@pytest.mark.parametrize(
    ("text", "dialect", "expected"),
    [
        ("SELECT * FROM #tmp JOIN t ON 1 = 1", "tsql", {"t"}),
        ("DECLARE @v TABLE (id int)\nINSERT INTO @v SELECT id FROM t\nSELECT * FROM @v", "tsql", {"t"}),
        ("SELECT 1 FROM dual", "oracle", set()),
        ("SELECT * FROM user_tables", "oracle", set()),
        ("SELECT * FROM sqlite_master", "sqlite", set()),
        ("SELECT * FROM mysql.user", "mysql", set()),
    ],
)
def test_temporary_and_system_tables_are_nobodys(text: str, dialect: Dialect, expected: set[str]) -> None:
    assert tables(text, dialect) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT 1 FROM a JOIN b ON a.i = b.i", {("inner", ("a", "b"))}),
        ("SELECT 1 FROM a LEFT JOIN b ON a.i = b.i", {("outer", ("a", "b"))}),
        ("SELECT 1 FROM a, b", {("cross", ("a", "b"))}),
        ("SELECT 1 FROM a JOIN a b ON a.i = b.j", set()),
        ("SELECT 1 FROM a WHERE i IN (SELECT i FROM b)", {("semi", ("a", "b"))}),
        ("SELECT 1 FROM a WHERE NOT EXISTS (SELECT 1 FROM b)", {("anti", ("a", "b"))}),
        ("SELECT 1 FROM a WHERE i NOT IN (SELECT i FROM b)", {("anti", ("a", "b"))}),
        ("SELECT (SELECT max(i) FROM b) FROM a", {("scalar", ("a", "b"))}),
        ("SELECT 1 FROM a UNION SELECT 1 FROM b", {("union", ("a", "b"))}),
        ("INSERT INTO a SELECT * FROM b", {("insert-select", ("a", "b"))}),
        ("CREATE TABLE a AS SELECT * FROM b", {("create-as", ("a", "b"))}),
        ("UPDATE a SET x = 1 FROM b WHERE a.i = b.i", {("inner", ("a", "b"))}),
        ("DELETE FROM a USING b WHERE a.i = b.i", {("inner", ("a", "b"))}),
        ("MERGE INTO a USING b ON a.i = b.i WHEN MATCHED THEN DELETE", {("merge", ("a", "b"))}),
        ("WITH c AS (SELECT * FROM a) SELECT * FROM c JOIN b ON true", {("inner", ("a", "b"))}),
        ("SELECT * FROM (SELECT * FROM a) x JOIN b ON true", {("inner", ("a", "b"))}),
    ],
)
def test_tables_combined_by_one_statement_are_joined(text: str, expected: set[tuple[str, tuple[str, ...]]]) -> None:
    assert joins(text) == expected


def test_the_read_model_example_of_the_specification() -> None:
    text = (
        "with orders as (select * from shop.orders)\n"
        "insert into rep.daily (day, n) select o.d, count(*) from orders o join pg_class c on true group by 1\n"
        "on conflict (day) do update set n = excluded.n;"
    )
    assert uses(text) == {"select shop.orders star(*)", "upsert rep.daily insert.cols(day,n)", "upsert rep.daily conflict(day)"}
    assert joins(text) == {("insert-select", ("rep.daily", "shop.orders"))}


def test_an_offset_is_where_the_tables_name_stands_whatever_is_replaced_before_it() -> None:
    text = "\ufeffSELECT %s, %(x)s, {{ y }}, ${z} /* c */ FROM s.orders o -- x\nJOIN {schema}.items i ON i.o = o.id AND o.a %% 2 = :v"
    assert {str(u.table): text[u.offset :].split(maxsplit=1)[0] for u in one(text).uses} == {
        "s.orders": "orders",
        "*.items": "items",
    }


@pytest.mark.parametrize(
    ("dialect", "name", "quoted"),
    [
        ("postgres", "orders", "Orders"), ("mysql", "Orders", "Orders"), ("sqlite", "Orders", "Orders"), ("tsql", "Orders", "Orders"),
        ("oracle", "ORDERS", "Orders"), ("snowflake", "ORDERS", "Orders"), ("generic", "orders", "Orders"),
    ],
)  # fmt: skip
def test_names_fold_as_their_dialect_does(dialect: Dialect, name: str, quoted: str) -> None:
    sign = {"mysql": "``", "tsql": "[]"}.get(dialect, '""')
    plain, kept = read_script(f"SELECT * FROM Orders; SELECT * FROM {sign[0]}Orders{sign[1]}", dialect)
    assert (plain.uses[0].table.name, plain.uses[0].table.quoted) == (name, False)
    assert (kept.uses[0].table.name, kept.uses[0].table.quoted) == (quoted, True)


def test_a_link_is_named_in_via() -> None:
    use = one("SELECT a FROM t@far", "oracle").uses[0]
    assert (use.table.name, use.via) == ("T", ("link FAR",))


def test_an_upsert_of_a_column_hole_has_unknown_columns() -> None:
    assert uses("INSERT INTO t (\ue000) VALUES (\ue000)") == {"insert t insert.cols(?)"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT a FROM t WHERE b = 1 ORDER BY c ORDER BY d OFFSET $\ue000 LIMIT \ue000", "select t cols(a,b,c,d)"),
        ("SELECT a FROM t WHERE b = \ue000 WHERE c = 2 LIMIT 5 LIMIT 6 LIMIT \ue000", "select t cols(a,b,c)"),
        ("SELECT a FROM t GROUP BY b, c GROUP BY d HAVING count(*) > \ue000", "select t cols(a,b,c,d)"),
    ],
)
def test_clauses_of_which_each_branch_of_a_program_adds_one_are_read_as_one(text: str, expected: str) -> None:
    assert one(text, "postgres").status == "understood"
    assert uses(text) == {expected}


def test_each_part_of_a_union_has_its_clauses() -> None:
    text = "SELECT a FROM t WHERE b = 1 UNION SELECT a FROM u WHERE c = 2 ORDER BY a ORDER BY \ue000"
    assert uses(text) == {"select t cols(a,b)", "select u cols(a,c)"}
