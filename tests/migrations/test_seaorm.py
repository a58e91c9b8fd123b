"""Migrations of SeaORM."""

from dblint.migrations import recognise
from dblint.model.schema import Column
from tests.migrations.reading import changes_of, events_of

PATH = "migration/src/m20220101_000001_create.rs"
HEAD = "use sea_orm_migration::prelude::*;\n#[async_trait::async_trait]\nimpl MigrationTrait for Migration {\n"


def up(body: str) -> str:
    return (
        f"{HEAD}    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {{\n{body}\n    }}\n"
        "    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n"
        "        manager.drop_table(Table::drop().table(Post::Table).to_owned()).await\n    }\n}\n"
    )


CREATED = """\
manager.create_table(
    Table::create()
        .table(BlogPost::Table)
        .if_not_exists()
        .col(ColumnDef::new(BlogPost::Id).integer().not_null().auto_increment().primary_key())
        .col(ColumnDef::new(BlogPost::FullTitle).string().not_null().unique_key())
        .col(ColumnDef::new(Alias::new("author")).uuid())
        .foreign_key(
            ForeignKey::create().name("fk_author").from(BlogPost::Table, BlogPost::Author).to(User::Table, User::Id),
        )
        .to_owned(),
).await?;
Ok(())"""


def test_a_table_with_its_columns_and_keys_and_nothing_of_down() -> None:
    assert events_of(PATH, up(CREATED)) == [
        "table.create blog_post id,full_title,author author => user(id)",
        "unique.add blog_post full_title",
    ]
    columns = changes_of(PATH, up(CREATED))[0].event.columns
    assert columns[0] == Column("id", "integer", nullable=False, generated=True, primary_key=True)
    assert columns[2] == Column("author", "uuid", nullable=True)


def test_the_helpers_of_its_schema_module() -> None:
    body = "manager.create_table(table_auto(Post::Table).col(pk_auto(Post::Id)).col(string_null(Post::Title)).to_owned()).await"
    assert events_of(PATH, up(body)) == ["table.create post created_at,updated_at,id,title"]


def test_what_changes_a_table_afterwards() -> None:
    body = """\
manager.alter_table(Table::alter().table(Post::Table)
    .add_column(ColumnDef::new(Post::Note).text().default("x"))
    .drop_column(Post::Old)
    .rename_column(Post::A, Post::B)
    .drop_foreign_key(Alias::new("fk_old"))
    .to_owned()).await?;
manager.drop_foreign_key(ForeignKey::drop().name("fk_author").table(Post::Table).to_owned()).await?;
manager.rename_table(Table::rename().table(Post::Table, Article::Table).to_owned()).await?;
manager.create_index(Index::create().name("ix").table(Post::Table).col(Post::Note).unique().to_owned()).await?;
manager.get_connection().execute_unprepared("ALTER TABLE post ADD COLUMN seen bigint").await?;
manager.drop_table(Table::drop().table((Alias::new("shop"), Post::Table)).to_owned()).await"""
    assert events_of(PATH, up(body)) == [
        "column.add post note",
        "column.drop post old",
        "column.rename post a -> b",
        "constraint.drop post fk_old",
        "constraint.drop post fk_author",
        "table.rename post -> article",
        "index.add post ix note",
        "column.add post seen",
        "table.drop shop.post",
    ]


def test_the_list_of_migrations_is_none_itself() -> None:
    text = "impl MigratorTrait for Migrator {\n    fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![] }\n}\n"
    assert recognise("migration/src/lib.rs", f"pub use sea_orm_migration::prelude::*;\n{text}") is None
