import json
from pathlib import Path

import pytest

from dblint.migrations import from_changelog, ordered, recognise, replay
from dblint.model.facts import Change
from dblint.model.schema import TableName
from tests.change.trees import analysed, breaking, python
from tests.migrations.reading import changes_of, said

HEAD = '<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">\n'
TAIL = "</databaseChangeLog>\n"

TYPES = [
    (
        '<createTable tableName="t"><column name="a" type="int"><constraints primaryKey="true"/></column></createTable>',
        ["table.create t a"],
    ),
    (
        (
            '<createTable schemaName="s" tableName="t"><column name="b" type="int">'
            '<constraints nullable="false" references="u(id)" foreignKeyName="fk_b"/></column></createTable>'
        ),
        ["table.create s.t b b => u(id)"],
    ),
    (
        '<createTable tableName="t"><column name="c" type="int"><constraints unique="true"/></column></createTable>',
        ["table.create t c", "unique.add t c"],
    ),
    ('<dropTable tableName="t" cascadeConstraints="true"/>', ["table.drop t"]),
    ('<renameTable oldTableName="t" newTableName="u"/>', ["table.rename t -> u"]),
    ('<setTableRemarks tableName="t" remarks="x"/>', ["table.comment t"]),
    (
        '<addColumn tableName="t"><column name="a" type="int"/><column name="b" type="int"/></addColumn>',
        ["column.add t a", "column.add t b"],
    ),
    ('<dropColumn tableName="t" columnName="a"/>', ["column.drop t a"]),
    ('<dropColumn tableName="t"><column name="a"/><column name="b"/></dropColumn>', ["column.drop t a", "column.drop t b"]),
    ('<renameColumn tableName="t" oldColumnName="a" newColumnName="b"/>', ["column.rename t a -> b"]),
    ('<modifyDataType tableName="t" columnName="a" newDataType="bigint"/>', ["column.type t a"]),
    ('<setColumnRemarks tableName="t" columnName="a" remarks="x"/>', ["table.comment t a"]),
    (
        '<mergeColumns tableName="t" column1Name="a" column2Name="b" finalColumnName="c" finalColumnType="text"/>',
        ["column.add t c", "data.update t c", "column.drop t a", "column.drop t b"],
    ),
    ('<addAutoIncrement tableName="t" columnName="a" columnDataType="int"/>', ["column.default t a"]),
    ('<addNotNullConstraint tableName="t" columnName="a"/>', ["column.nullable t a"]),
    (
        '<addNotNullConstraint tableName="t" columnName="a" defaultNullValue="x"/>',
        ["data.update t a", "column.nullable t a"],
    ),
    ('<dropNotNullConstraint tableName="t" columnName="a"/>', ["column.nullable t a"]),
    ('<addDefaultValue tableName="t" columnName="a" defaultValue="x"/>', ["column.default t a"]),
    ('<dropDefaultValue tableName="t" columnName="a"/>', ["column.default t a"]),
    ('<addPrimaryKey tableName="t" columnNames="a, b" constraintName="pk_t"/>', ["pk.add t pk_t a,b"]),
    ('<dropPrimaryKey tableName="t" constraintName="pk_t"/>', ["pk.drop t pk_t"]),
    ('<addUniqueConstraint tableName="t" columnNames="a" constraintName="uq"/>', ["unique.add t uq a"]),
    ('<dropUniqueConstraint tableName="t" constraintName="uq"/>', ["unique.drop t uq"]),
    (
        (
            '<addForeignKeyConstraint baseTableName="t" baseColumnNames="a" constraintName="fk"'
            ' referencedTableName="u" referencedColumnNames="id"/>'
        ),
        ["fk.add t fk a a => u(id)"],
    ),
    ('<dropForeignKeyConstraint baseTableName="t" constraintName="fk"/>', ["fk.drop t fk"]),
    ('<dropAllForeignKeyConstraints baseTableName="t"/>', ["fk.drop t *"]),
    ('<createIndex tableName="t" indexName="ix" unique="true"><column name="a"/></createIndex>', ["index.add t ix a"]),
    ('<dropIndex tableName="t" indexName="ix"/>', ["index.drop t ix"]),
    (
        '<addLookupTable existingTableName="t" existingColumnName="a" newTableName="u" newColumnName="name"/>',
        ["table.create u name", "fk.add t a a => u(name)"],
    ),
    ('<createView viewName="v">select a from t</createView>', ["view.create v a"]),
    ('<dropView viewName="v"/>', ["view.drop v"]),
    ('<renameView oldViewName="v" newViewName="w"/>', ["view.rename v -> w"]),
    ('<createSequence sequenceName="q"/>', ["sequence.create q"]),
    ('<alterSequence sequenceName="q"/>', ["sequence.alter q"]),
    ('<renameSequence oldSequenceName="q" newSequenceName="r"/>', ["sequence.rename q -> r"]),
    ('<dropSequence sequenceName="q"/>', ["sequence.drop q"]),
    ('<dropProcedure procedureName="p"/>', ["routine.drop p"]),
    ('<insert tableName="t"><column name="a" value="1"/></insert>', ["data.insert t a"]),
    ('<update tableName="t"><column name="a" value="1"/><where>b = 1</where></update>', ["data.update t a"]),
    ('<delete tableName="t"><where>b = 1</where></delete>', ["data.delete t"]),
    ('<loadData tableName="t" file="t.csv"><column name="a" type="int"/></loadData>', ["data.insert t a"]),
    ('<loadUpdateData tableName="t" file="t.csv"/>', ["data.insert t"]),
    ("<sql>alter table t add column a int</sql>", ["column.add t a"]),
    ('<customChange class="x.Y"/>', ["opaque  customChange"]),
    ('<executeCommand executable="x"/>', ["opaque  executeCommand"]),
    ('<tagDatabase tag="x"/><empty/><output>hello</output>', []),
    ('<addCheckConstraint tableName="t" constraintName="ck" constraintBody="a > 0"/>', ["check.add t ck"]),
    ('<dropCheckConstraint tableName="t" constraintName="ck"/>', ["check.drop t ck"]),
    ('<markUnused tableName="t" columnName="a"/>', ["column.drop t a"]),
    ('<ext:dropColumn tableName="t" columnName="a"/>', ["column.drop t a"]),
]


def xml(*changes: str, attributes: str = "", path: str = "db/changelog.xml") -> tuple[Change, ...]:
    text = f'{HEAD}<changeSet id="1" author="ann" {attributes}>\n' + "\n".join(changes) + f"\n</changeSet>\n{TAIL}"
    return read(path, text)


def read(path: str, text: str) -> tuple[Change, ...]:
    found = from_changelog(path, text)
    assert not found.reason, (found.reason, found.line)
    return found.changes


def events(changes: tuple[Change, ...]) -> list[str]:
    return [said(change.event) for change in changes]


@pytest.mark.parametrize(("change", "expected"), TYPES, ids=[pair[0].split()[0].strip("<>") for pair in TYPES])
def test_each_change_type_has_its_events(change: str, expected: list[str]) -> None:
    assert [" ".join(line.split()) for line in events(xml(change))] == [" ".join(line.split()) for line in expected]


def test_columns_carry_type_nullability_and_default() -> None:
    (change,) = xml(
        '<createTable tableName="t">'
        '<column name="id" type="java.sql.Types.BIGINT" autoIncrement="true"><constraints primaryKey="true"/></column>'
        '<column name="note" type="CLOB"/>'
        '<column name="name" type="varchar(30)" defaultValue="it\'s"><constraints nullable="false"/></column>'
        '<column name="n" type="int" defaultValueNumeric="0"/>'
        '<column name="at" type="timestamp" defaultValueDate="now()"/>'
        '<column name="day" type="date" defaultValueDate="2020-01-01"/>'
        "</createTable>"
    )
    assert [(each.name, each.type, each.nullable, each.default, each.generated) for each in change.event.columns] == [
        ("id", "bigint", False, None, True),
        ("note", "text", True, None, False),
        ("name", "varchar(30)", False, "'it''s'", False),
        ("n", "int", True, "0", False),
        ("at", "timestamp", True, "now()", False),
        ("day", "date", True, "'2020-01-01'", False),
    ]


def test_yaml_says_what_xml_says() -> None:
    text = """\
databaseChangeLog:
  - changeSet:
      id: 1
      author: ann
      changes:
        - createTable:
            tableName: t
            columns:
              - column: {name: a, type: int, constraints: {nullable: false, primaryKey: true}}
        - sql: |
            delete from u;
        - sql:
            sql: >
              drop table u
        - addColumn: {tableName: t, columns: [{column: {name: b, type: text}}]}
      rollback:
        - dropTable: {tableName: t}
"""
    changes = read("db/log.yaml", text)
    assert [(said(change.event), change.place.line) for change in changes] == [
        ("table.create t a", 7),
        ("data.delete u", 11),
        ("table.drop u", 14),
        ("column.add t b", 15),
    ]
    assert {change.changeset for change in changes} == {"ann:1"}


def test_json_says_what_xml_says() -> None:
    changes = [{"renameColumn": {"tableName": "customer", "oldColumnName": "mail", "newColumnName": "email"}}]
    log = {"databaseChangeLog": [{"changeSet": {"id": "7", "author": "ann", "changes": changes}}]}
    assert events(read("db/log.json", json.dumps(log, indent="\t"))) == ["column.rename customer mail -> email"]


def test_the_flow_form_of_yaml_is_read() -> None:
    text = (
        "databaseChangeLog:\n  - changeSet: {id: 7, author: ann, changes:"
        " [{renameColumn: {tableName: customer, oldColumnName: mail, newColumnName: email}}]}\n"
    )
    assert events(read("db/log.yml", text)) == ["column.rename customer mail -> email"]


def test_lines_are_those_of_the_statements() -> None:
    changes = xml("<sql>\n  update t set a = 1;\n\n  drop table u;\n</sql>")
    assert [(change.place.line, change.event.kind) for change in changes] == [(4, "data.update"), (6, "table.drop")]


def test_what_a_rollback_says_never_counts() -> None:
    rollback = '<rollback><dropTable tableName="t"/></rollback><rollback>drop table t</rollback>'
    assert events(xml('<dropColumn tableName="t" columnName="a"/>', rollback)) == ["column.drop t a"]


@pytest.mark.parametrize(
    "attributes",
    ['context="test"', 'contexts="test,it"', 'contextFilter="test or integration-test"', 'dbms="h2"', 'ignore="true"'],
)
def test_changesets_for_tests_do_not_count(attributes: str) -> None:
    assert xml('<dropTable tableName="t"/>', attributes=attributes) == ()


@pytest.mark.parametrize("attributes", ['context="!test"', 'context="prod"', 'context="test or prod"', 'dbms="postgresql,h2"'])
def test_other_changesets_count(attributes: str) -> None:
    assert events(xml('<dropTable tableName="t"/>', attributes=attributes)) == ["table.drop t"]


def test_properties_are_filled_in_and_unknown_ones_are_not_invented() -> None:
    text = (
        f'{HEAD}<property name="tbl" value="memory_t" dbms="h2"/><property name="tbl" value="t"/>'
        '<changeSet id="1" author="a"><dropColumn schemaName="${schema}" tableName="${tbl}" columnName="${what}"/>'
        f"</changeSet>{TAIL}"
    )
    assert events(read("db/log.xml", text)) == ["column.drop t *"]


def test_names_in_capitals_are_folded_and_mixed_ones_are_quoted() -> None:
    (upper, mixed) = xml('<dropTable tableName="USERS"/>', '<dropTable tableName="UserRole"/>')
    assert upper.event.table == TableName("users")
    assert mixed.event.table == TableName("UserRole", quoted=True)


def test_a_changeset_that_runs_again_says_so() -> None:
    (change,) = xml('<dropTable tableName="t"/>', attributes='runOnChange="true"')
    assert change.changeset == "ann:1 again"


def test_the_master_gives_the_order_of_all_files() -> None:
    master = f"""{HEAD}
<include file="classpath:/db/changes/b.xml"/>
<includeAll path="more/" relativeToChangelogFile="true"/>
<changeSet id="9" author="ann"><sqlFile path="sql/late.sql" relativeToChangelogFile="true"/></changeSet>
{TAIL}"""

    def log(table: str, number: int) -> str:
        return f'{HEAD}<changeSet id="{number}" author="ann"><createTable tableName="{table}"/></changeSet>{TAIL}'

    changes = (
        *read("svc/res/db/changes/a.xml", log("never", 5)),
        *read("svc/res/db/changes/b.xml", log("first", 1)),
        *changes_of("svc/res/db/more/1.sql", "--liquibase formatted sql\n--changeset ann:2\ncreate table second (a int);"),
        *read("svc/res/db/more/2.xml", log("third", 3)),
        *changes_of("svc/res/db/sql/late.sql", "alter table third add column z int;"),
        *read("svc/res/db/master.xml", master),
    )
    told = [said(change.event) for change in ordered(changes) if change.history == "svc/res/db/master.xml"]
    assert told == ["table.create first", "table.create second a", "table.create third", "column.add third z"]
    assert {state.table.name for state in replay(changes).tables} == {"never", "first", "second", "third"}


def test_a_sql_file_that_only_a_rollback_runs_never_counts() -> None:
    rollback = '<rollback><sqlFile path="undo.sql" relativeToChangelogFile="true"/></rollback>'
    changes = (*xml('<createTable tableName="t"/>', rollback, path="db/a.xml"), *changes_of("db/undo.sql", "drop table t;"))
    assert [said(change.event) for change in ordered(changes)] == ["table.create t"]


def test_files_that_include_one_another_are_read_once() -> None:
    def log(other: str, table: str) -> str:
        include = f'<include file="{other}" relativeToChangelogFile="true"/>'
        return f'{HEAD}{include}<changeSet id="1" author="a"><createTable tableName="{table}"/></changeSet>{TAIL}'

    changes = (*read("db/a.xml", log("b.xml", "a")), *read("db/b.xml", log("a.xml", "b")))
    assert sorted(said(change.event) for change in ordered(changes)) == ["table.create a", "table.create b"]


def test_formatted_sql_still_goes_by_its_changesets() -> None:
    file = recognise("db/x.sql", "--liquibase formatted sql\n--changeset ann:1 runOnChange:true\ncreate table t (a int);")
    assert file is not None
    assert file.changeset_at(60) == "ann:1 again"


BOMB = '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<databaseChangeLog>&b;</databaseChangeLog>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<databaseChangeLog>&a;</databaseChangeLog>'


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("x.xml", BOMB, "unsafe-document"),
        ("x.xml", OUTSIDE, "unsafe-document"),
        ("x.xml", "<databaseChangeLog>\n<changeSet>\n</databaseChangeLog>", "syntax-error"),
        ("x.xml", "<a>" * 5000 + "</a>" * 5000, "too-deep"),
        ("x.xml", "<a>" + "<b/>" * 200_000 + "</a>", "too-many-nodes"),
        ("x.xml", "", "syntax-error"),
        ("x.yaml", "databaseChangeLog: [", "syntax-error"),
        ("x.yaml", "databaseChangeLog: " + "[" * 300 + "]" * 300, "too-deep"),
        ("x.json", "[]", "syntax-error"),
    ],
)
def test_a_bad_changelog_says_why(path: str, text: str, reason: str) -> None:
    found = from_changelog(path, text)
    assert (found.changes, found.reason) == ((), reason)


def test_a_pending_changeset_names_its_victims(tmp_path: Path) -> None:
    log = HEAD + (
        '<changeSet id="1" author="a"><createTable tableName="users"><column name="id" type="bigint"/>'
        '<column name="email" type="varchar(100)"/></createTable></changeSet>\n'
    )
    more = '<changeSet id="2" author="a"><dropColumn tableName="users" columnName="email"/></changeSet>\n'
    before = {"accounts/db/changelog.xml": log + TAIL, "orders/app.py": python("SELECT email FROM users")}
    analysis = analysed(tmp_path, before, {"accounts/db/changelog.xml": log + more + TAIL})
    (finding,) = breaking(analysis)
    assert (finding.service, str(finding.place)) == ("orders", "accounts/db/changelog.xml:3")
    assert any("orders/app.py" in str(each.place) for each in finding.evidence)


def test_an_unreadable_changelog_is_told(tmp_path: Path) -> None:
    analysis = analysed(tmp_path, {"accounts/db/log.xml": f"{HEAD}{TAIL}"}, {"accounts/db/log.xml": f"{HEAD}<changeSet"})
    assert [(problem.path, problem.reason) for problem in analysis.system.problems] == [("accounts/db/log.xml", "syntax-error")]
