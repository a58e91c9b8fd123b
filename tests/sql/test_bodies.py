# ruff: noqa: E501, ISC004 -- vectors of one line each; nothing here reaches a database
import pytest

from dblint.model.sql import Dialect
from tests.sql.reading import joins, kinds, one, tables, uses

PLPGSQL = """create or replace function s.f(p int) returns trigger language plpgsql as $$
declare v int; c cursor for select q from cur;
begin
  select count(*) into v from counted where x = p;
  if exists (select 1 from asked) then
    insert into log(a) values (new.id) returning id into v;
  elsif v > 1 then
    delete from gone;
  end if;
  for r in select * from looped loop perform g(r.x) from performed; end loop;
  v := (select max(id) from assigned);
  return query select * from returned;
end $$;"""


def test_a_plpgsql_body_is_looked_through() -> None:
    assert tables(PLPGSQL) == {"cur", "counted", "asked", "log", "gone", "looped", "performed", "assigned", "returned"}
    statement = one(PLPGSQL)
    assert {use.via for use in statement.uses} == {("routine s.f",)}
    assert all(PLPGSQL[use.offset :].startswith(use.table.name) for use in statement.uses)
    assert kinds(PLPGSQL) == ["routine.replace s.f"]
    assert {str(t) for t in statement.events[0].writes} == {"log", "gone"}


def test_a_do_block_says_what_it_builds_and_what_it_writes() -> None:
    text = (
        "do $$ begin\n  execute format('truncate %I cascade', 'tmp_' || current_date);\n  update core.cfg set v = 1;\nend $$;"
    )
    statement = one(text)
    assert (statement.status, statement.reason) == ("dynamic", "dynamic-table")
    assert "tmp_⟨?⟩" in statement.partial
    assert uses(text) == {"truncate tmp_* truncate()", "update core.cfg update.cols(v)"}


@pytest.mark.parametrize(
    ("execute", "expected", "reason"),
    [
        ("execute 'delete from t'", {"t"}, ""),
        ("execute 'delete from ' || x", set(), "dynamic-table"),
        ("execute 'delete from part_' || x || ' where a = ''b'''", {"part_*"}, "dynamic-table"),
        ("execute format('insert into %I.t (a) values (%L)', s, v)", {"*.t"}, ""),
        ("execute format('delete from %s', 'lit')", {"lit"}, ""),
        ("execute x", set(), "dynamic-statement"),
        ("x := 'delete from ' || 'kept'; execute x", {"kept"}, ""),
    ],
)
def test_executed_texts_are_put_together(execute: str, expected: set[str], reason: str) -> None:
    statement = one(f"do $$ declare x text; begin {execute}; end $$")
    assert statement.reason == reason
    assert {str(use.table) for use in statement.uses} == expected


@pytest.mark.parametrize(
    ("text", "expected", "reason"),
    [
        ("EXEC sys.sp_executesql N'DELETE FROM t'", {"t"}, ""),
        ("EXEC sp_executesql @sql", set(), "dynamic-statement"),
        ("EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'The orders'", set(), ""),
        ("EXEC sys.sp_db_vardecimal_storage_format N'shop', N'ON'", set(), ""),
    ],
)
def test_of_the_procedures_of_a_server_only_the_one_that_executes_a_text_does_so(
    text: str, expected: set[str], reason: str
) -> None:
    statement = one(text, "tsql")
    assert statement.reason == reason
    assert {str(use.table) for use in statement.uses} == expected


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("mysql", "DELIMITER //\ncreate procedure p(in a int) begin declare x int; select id into x from t1 where id = a;"
         " if x then update t2 set b = 1; end if; while x do insert into t3 values (1); end while; end//\nDELIMITER ;\nselect 1 from t4",
         {"t1", "t2", "t3", "t4"}),
        ("mysql", "create trigger tr before insert on t for each row insert into audit values (new.id)", {"audit"}),
        ("mysql", "create event e on schedule every 1 day do delete from old", {"old"}),
        ("tsql", "create procedure dbo.p @a int as\nbegin\n  set nocount on\n  select * from T1 where id = @a\n"
         "  update T2 set x = 1 where y in (select z from T3)\n  if exists (select 1 from T4) delete from T5\n"
         "  else insert into T6 (a) select b from T7\n  select a into #tmp from T8\n  select * from #tmp\nend\nGO\nselect a from T9",
         {"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9"}),
        ("tsql", "create trigger tg on T after insert, update as insert into aud select * from inserted", {"aud"}),
        ("oracle", "create or replace procedure p (a in number) is v number; begin select x into v from t1; insert into t2 values (v);"
         " execute immediate 'truncate table t3'; end;\n/\nselect 1 from t4;", {"T1", "T2", "T3", "T4"}),
        ("oracle", "declare x number; begin delete from t; end;\n/", {"T"}),
        ("sqlite", "create trigger tr after insert on t begin update u set x = 1; insert into v values (new.id); end; select 1 from w",
         {"u", "v", "w"}),
        ("postgres", "create function f() returns int language sql begin atomic select a from t; select b from u; end; select 1 from v",
         {"t", "u", "v"}),
    ],
)  # fmt: skip
def test_bodies_of_every_dialect_are_looked_through(dialect: Dialect, text: str, expected: set[str]) -> None:
    assert tables(text, dialect) == expected


def test_a_trigger_belongs_to_its_table() -> None:
    found = one("CREATE TRIGGER tr AFTER INSERT OR UPDATE OF a, b ON shop.orders FOR EACH ROW EXECUTE FUNCTION s.f()")
    assert [(e.kind, str(e.table), e.object, e.names) for e in found.events] == [
        ("trigger.create", "shop.orders", "tr", ("s.f",))
    ]
    assert found.uses == ()


def test_a_body_in_another_language_is_opaque() -> None:
    statement = one("CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ plpy.execute('select 1 from t') $$")
    assert (statement.status, statement.uses) == ("opaque", ())


def test_joins_inside_a_body_count() -> None:
    assert joins("do $$ begin insert into a select * from b; end $$") == {("insert-select", ("a", "b"))}


def test_statements_of_sql_server_need_no_sign_between_them() -> None:
    text = "create table t (id int)\ninsert into a values (1)\nupdate b set x = 1\ndelete from c\nselect 1 from d union all select 2 from e"
    assert tables(text, "tsql") == {"a", "b", "c", "d", "e"}
    assert kinds(text, "tsql") == ["table.create t"]
