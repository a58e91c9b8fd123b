"""Migrations that are code around SQL."""

import pytest

from dblint.migrations import recognise
from tests.migrations.reading import changes_of, events_of, said

GOOSE = """\
package migrations

import (
	"context"
	"database/sql"
	"github.com/pressly/goose/v3"
)

func init() {
	goose.AddMigrationContext(upX, downX)
}

func upX(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `ALTER TABLE users DROP COLUMN email`)
	for _, q := range []string{"DROP TABLE a", "DROP TABLE b"} {
		if _, err := tx.Exec(q); err != nil {
			return err
		}
	}
	return err
}

func downX(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.Exec("ALTER TABLE users ADD email text")
	return err
}
"""
BUN = """\
package migrations

import (
	"context"
	"github.com/uptrace/bun"
)

func init() {
	Migrations.MustRegister(func(ctx context.Context, db *bun.DB) error {
		_, err := db.ExecContext(ctx, "CREATE TABLE q (id int)")
		return err
	}, func(ctx context.Context, db *bun.DB) error {
		_, err := db.Exec("DROP TABLE q")
		return err
	})
}
"""
FLYWAY = """\
package db.migration;
public class V2__X extends BaseJavaMigration {
  @Override
  public void migrate(Context context) throws Exception {
    try (Statement s = context.getConnection().createStatement()) {
      s.execute("ALTER TABLE users DROP COLUMN email");
      s.executeUpdate("UPDATE a SET b = 1 " + "WHERE c = 2");
    }
    new JdbcTemplate(source).execute("DROP TABLE z");
  }
}
"""


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("migrations/00002_x.go", GOOSE, ["column.drop users email", "table.drop a", "table.drop b"]),
        ("migrations/20200101_x.go", BUN, ["table.create q id"]),
        (
            "src/main/java/db/migration/V2__X.java",
            FLYWAY,
            ["column.drop users email", "data.update a b", "table.drop z"],
        ),
    ],
)
def test_only_the_way_up_counts(path: str, text: str, expected: list[str]) -> None:
    assert events_of(path, text) == expected


def test_a_migration_in_java_stands_in_line_with_those_in_sql() -> None:
    file = recognise("db/migration/V2__X.java", FLYWAY)
    other = recognise("db/migration/V10__y.sql", "create table t (a int);")
    assert file is not None
    assert other is not None
    assert (file.history, file.order < other.order) == (other.history, True)
    assert changes_of("db/migration/V2__X.java", FLYWAY)[0].place.line == 6


def test_other_code_is_no_migration() -> None:
    assert recognise("cmd/main.go", "package main\nfunc main() { db.Exec(`DROP TABLE a`) }\n") is None
    assert recognise("db/migration/V2__X.java", "class V2__X {}") is None


def test_each_step_of_gormigrate_stands_for_itself() -> None:
    text = """\
package db

func Migrate(db *gorm.DB) error {
	m := gormigrate.New(db, gormigrate.DefaultOptions, []*gormigrate.Migration{
		{
			ID: "1",
			Migrate: func(tx *gorm.DB) error {
				if err := tx.Exec("ALTER TABLE users DROP COLUMN name").Error; err != nil {
					return err
				}
				return tx.Migrator().DropColumn(&User{}, "LastName")
			},
			Rollback: func(tx *gorm.DB) error { return tx.Migrator().DropTable("users") },
		},
		third(),
	})
	return m.Migrate()
}

func third() *gormigrate.Migration {
	return &gormigrate.Migration{
		ID: "2",
		Migrate: func(tx *gorm.DB) error { return tx.Migrator().RenameTable("orders", "sales") },
	}
}
"""
    changes = changes_of("db/migrate.go", text)
    assert [(change.changeset, said(change.event)) for change in changes] == [
        ("1", "column.drop users name"),
        ("1", "column.drop users last_name"),
        ("2", "table.rename orders -> sales"),
    ]
