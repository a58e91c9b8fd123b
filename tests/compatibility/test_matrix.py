"""The matrix cell by cell, against a second copy of it that was written down by hand."""

import pytest

from dblint.compatibility import CONSUMERS, DIALECTS, Consumer, cell, matrix, row

# What PostgreSQL does; a letter after a slash is what happens in the other case that the matrix's notes name.
BY_HAND = """
change                        RN  RO  RS  RP  IC  IO  IX  UP  DL  UC  VW  PL  FK  CDC
table.drop                    E   E   E   E   E   E   E   E   E   E   D   E   D   E
table.rename                  E   E   E   E   E   E   E   E   E   E   ok  E   ok  E/R
table.to_view                 ok  ok  ok  ok  R   R   R   R   R   ok  ok  R   D   E
column.drop                   E   ok  S   S/E E   ok  E/S E   ok  E   D   E   D   R
column.rename                 E   ok  S/E ok  E   ok  ok  E   ok  E   ok  E   ok  R
column.add                    -   ok  ok  E/R -   ok  ok  -   ok  ok  ok  R   -   R
column.add.required           -   ok  ok  E/R -   E   E   -   ok  E   ok  E   -   R
column.add.generated          -   ok  ok  R   E   ok  E   E   ok  R   ok  R   -   ok
column.move                   ok  ok  ok  S   ok  ok  S   ok  ok  ok  ok  R   ok  R
column.type.widen             R   ok  R   R   ok  ok  ok  ok  ok  ok  D   R   ok  R
column.type.narrow            R/S ok  R   R   E/S ok  E/S E/S ok  R   D   R   D   E
column.type.meaning           S   ok  S   S   S   ok  S   S   ok  R   D   S   D/R S
column.nullable.set           ok  ok  ok  ok  R   E   E/R R   ok  R   ok  R   ok  ok
column.nullable.set.defaulted ok  ok  ok  ok  R   ok  R   R   ok  R   ok  R   ok  ok
column.nullable.drop          S   ok  S   S   ok  ok  ok  ok  ok  ok  S   S   ok  R
column.default.drop.required  ok  ok  ok  ok  ok  E   ok/E ok ok  E   ok  E   -   ok
column.default.drop           ok  ok  ok  ok  ok  S   ok/E ok ok  S   ok  S   -   ok
column.default.change         S   ok  S   S   ok  S   ok  ok  ok  S   S   S   -   S
unique.add                    ok  ok  ok  ok  R   R   R   R   ok  ok  ok  R   ok  ok
unique.drop                   R   ok  R   R   ok  ok  ok  ok  ok  E   ok  E   D   R
check.add                     ok  ok  ok  ok  R   R   R   R   ok  R   ok  R   ok  ok
fk.add                        ok  ok  ok  ok  R   R   R   R   R   R   ok  R   -   ok
fk.add.target                 -   -   -   -   ok  ok  ok  R   R/E ok  -   R   -   -
fk.drop                       S   ok  S   S   ok  ok  ok  ok  S   ok  ok  R   -   S
index.drop                    R   R   R   R   ok  ok  ok  R   R   ok  R   R   ok  ok
enum.add_value                R   ok  R   R   ok  ok  ok  ok  ok  ok  ok  R   -   R
enum.rename_value             E   ok  S   S   E   ok  E   E   ok  R   ok  E   -   R
enum.drop_value               E   ok  ok  ok  E   ok  E   E   ok  R   D   E   -   R
sequence.change               -   -   -   -   R/E E   R   -   -   R   ok  E   -   -
view.drop                     E   E   E   E   E   E   E   E   E   -   D   E   -   -
view.replace.removed          E   ok  S   S   -   -   -   -   -   -   D   E   -   -
view.replace.added            ok  ok  ok  R   -   -   -   -   -   -   ok  ok  -   -
routine.drop                  -   -   -   -   -   -   -   -   -   -   D   E   -   -
trigger.add                   ok  ok  ok  ok  S   S   S   S   S   S   ok  S   ok  S
revoke                        E   E   E   E   E   E   E   E   E   E   R   R   E   E
rls.enable                    S   S   S   S   E   E   E   S   S   E   R   R   ok  R
table.partition               ok  ok  ok  ok  E   E   E   R   ok  E   D   R   D/R E
publication.change            -   -   -   -   -   -   -   E   E   -   -   -   -   E
retention.shorten             S   S   S   S   -   -   -   -   -   -   S   R   -   S
"""
ELSEWHERE = """
mysql  table.drop           VW E
mysql  table.rename         VW E
mysql  column.drop          VW E
mysql  column.rename        VW E
mysql  column.add           IX E
mysql  column.type.widen    VW R
mysql  column.type.widen    FK D
mysql  column.type.narrow   VW R
mysql  column.type.meaning  VW S
mysql  unique.drop          UC S
mysql  unique.drop          PL S
mysql  enum.rename_value    RN S
mysql  enum.drop_value      RN S
mysql  view.drop            VW E
mysql  view.replace.removed VW E
sqlite table.drop           VW E
sqlite table.drop           FK E
sqlite table.to_view        IC E
sqlite table.to_view        UP E
sqlite column.rename        VW S
sqlite column.add           IX E
sqlite unique.drop          FK E
sqlite unique.drop          UC E
sqlite column.add.required  IO -
tsql   column.add           IX E
oracle column.add           IX E
"""
LINES = [line.split() for line in BY_HAND.strip().splitlines()[1:]]
CELLS = [(line[0], consumer, text) for line in LINES for consumer, text in zip(CONSUMERS, line[1:], strict=True)]


@pytest.mark.parametrize(("change", "consumer", "text"), CELLS, ids=str)
def test_a_cell_says_what_postgresql_does(change: str, consumer: Consumer, text: str) -> None:
    assert row(change).text(consumer, "postgres") == text
    assert cell(change, consumer, "postgres").verdict == text.partition("/")[0]


@pytest.mark.parametrize("line", ELSEWHERE.strip().splitlines())
def test_a_cell_says_what_another_database_does(line: str) -> None:
    dialect, change, consumer, verdict = line.split()
    assert cell(change, consumer, dialect).verdict == verdict


def test_the_copy_has_every_row() -> None:
    assert [line[0] for line in LINES] == [each.change for each in matrix().changes]


def test_sources_and_notes_are_those_that_rows_name() -> None:
    found = matrix()
    assert {source for each in found.changes for source in each.sources} == set(found.sources)
    assert {note for each in found.changes for note in each.notes} == set(found.notes)


def test_every_other_dialect_that_a_row_tells_differs() -> None:
    for each in matrix().changes:
        for dialect in DIALECTS[1:]:
            for consumer, text in getattr(each, dialect).items():
                assert text != each.cells[consumer], f"{each.change} {dialect} {consumer}"


def test_an_unknown_dialect_gives_the_worst_and_is_not_sure() -> None:
    assert cell("column.add", "IX").verdict == "E"
    assert not cell("column.add", "IX").sure
    assert cell("column.drop", "RN").sure
    assert cell("column.add", "IX", "redshift").verdict == "ok"
