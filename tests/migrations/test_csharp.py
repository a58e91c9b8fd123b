"""Migrations in C#."""

from dblint.migrations import recognise
from dblint.model.schema import Column
from tests.migrations.reading import changes_of, events_of

HEAD = """\
using Microsoft.EntityFrameworkCore.Migrations;
namespace Shop.Migrations
{
    public partial class Init : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
"""
TAIL = """
        }
        protected override void Down(MigrationBuilder migrationBuilder) { migrationBuilder.DropTable(name: "Items"); }
    }
}
"""


def entity_framework(body: str) -> str:
    return HEAD + body + TAIL


CREATE = entity_framework("""\
            migrationBuilder.CreateTable(
                name: "Items",
                schema: "shop",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false).Annotation("Npgsql:ValueGenerationStrategy", 1),
                    Code = table.Column<string>(maxLength: 20, nullable: true),
                    Rate = table.Column<decimal>(name: "rate", nullable: false, defaultValue: 0m)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Items", x => x.Id);
                    table.UniqueConstraint("UQ", x => new { x.Code, x.Rate });
                    table.ForeignKey(name: "FK", column: x => x.Code, principalTable: "Codes", principalColumn: "Id");
                });
""")


def test_entity_framework_creates_a_table() -> None:
    assert events_of("Migrations/20200101_Init.cs", CREATE) == [
        "table.create shop.Items Id,Code,rate Code => Codes(Id)",
        "unique.add shop.Items UQ Code,rate",
    ]
    assert changes_of("Migrations/20200101_Init.cs", CREATE)[0].event.columns[:2] == (
        Column("Id", "integer", nullable=False, generated=True, primary_key=True),
        Column("Code", "varchar(20)", nullable=True),
    )


def test_entity_framework_says_what_differs() -> None:
    text = entity_framework("""\
            migrationBuilder.AlterColumn<string>(name: "Code", table: "Item", maxLength: 10, nullable: false,
                oldClrType: typeof(string), oldMaxLength: 20, oldNullable: true);
            migrationBuilder.AlterColumn<int>(name: "N", table: "Item", defaultValue: 1, oldClrType: typeof(int));
""")
    changes = changes_of("Migrations/1.cs", text)
    assert [(each.event.kind, each.event.columns[0]) for each in changes] == [
        ("column.type", Column("Code", "varchar(10)")),
        ("column.nullable", Column("Code", nullable=False)),
        ("column.default", Column("N", default="1")),
    ]


def test_the_other_operations_of_entity_framework() -> None:
    text = entity_framework("""\
            migrationBuilder.AddColumn<string>(name: "T", table: "Item", type: "text", nullable: false, defaultValue: "");
            migrationBuilder.DropColumn(name: "U", table: "Item");
            migrationBuilder.RenameColumn(name: "A", table: "Item", newName: "B");
            migrationBuilder.RenameTable(name: "C", newName: "D");
            migrationBuilder.DropTable(name: "E", schema: "shop");
            migrationBuilder.CreateIndex(name: "IX", table: "Item", columns: new[] { "A", "B" }, unique: true);
            migrationBuilder.DropIndex(name: "IY", table: "Item");
            migrationBuilder.AddForeignKey(name: "FK", table: "Item", column: "F", principalTable: "G", principalColumn: "Id");
            migrationBuilder.DropForeignKey(name: "FL", table: "Item");
            migrationBuilder.DropPrimaryKey(name: "PK", table: "Item");
            migrationBuilder.InsertData(table: "Item", columns: new[] { "Id" }, values: new object[] { 1 });
            migrationBuilder.Sql(@"UPDATE item
                SET b = 1");
""")
    assert events_of("Migrations/1.cs", text) == [
        "column.add Item T",
        "column.drop Item U",
        "column.rename Item A -> B",
        "table.rename C -> D",
        "table.drop shop.E",
        "index.add Item IX A,B",
        "index.drop Item IY",
        "fk.add Item FK F F => G(Id)",
        "fk.drop Item FL",
        "pk.drop Item PK",
        "data.insert Item Id",
        "data.update item b",
    ]


def test_the_designer_and_the_snapshot_are_no_migrations() -> None:
    assert recognise("Migrations/20200101_Init.Designer.cs", CREATE) is None
    assert recognise("Migrations/ShopModelSnapshot.cs", CREATE) is None


FLUENT = """\
using FluentMigrator;
[Migration(20200102)]
public class AddLog : Migration
{
    public override void Up()
    {
        Create.Table("Log").InSchema("app")
            .WithColumn("Id").AsInt64().PrimaryKey().Identity()
            .WithColumn("Text").AsString(200).Nullable()
            .WithColumn("Owner").AsInt32().ForeignKey("FK", "Users", "Id");
        Alter.Table("Users").AddColumn("Nick").AsString(30).NotNullable().AlterColumn("Age").AsInt64().Nullable();
        Delete.Column("Old").FromTable("Users");
        Rename.Column("A").OnTable("Users").To("B");
        Rename.Table("C").To("D");
        Create.Index("IX").OnTable("Users").OnColumn("B").Ascending().WithOptions().Unique();
        Create.ForeignKey("FK2").FromTable("X").ForeignColumn("Y").ToTable("Z").PrimaryColumn("Id");
        Execute.Sql("DROP VIEW v");
        Delete.Table("Gone");
    }
    public override void Down() { Delete.Table("Log"); }
}
"""


def test_fluent_migrator() -> None:
    assert events_of("Migrations/AddLog.cs", FLUENT) == [
        "table.create app.Log Id,Text,Owner Owner => Users(Id)",
        "column.add Users Nick",
        "column.type Users Age",
        "column.nullable Users Age",
        "column.drop Users Old",
        "column.rename Users A -> B",
        "table.rename C -> D",
        "index.add Users IX B",
        "fk.add X FK2 Y Y => Z(Id)",
        "view.drop v",
        "table.drop Gone",
    ]
    assert changes_of("Migrations/AddLog.cs", FLUENT)[0].event.columns == (
        Column("Id", "bigint", nullable=False, generated=True, primary_key=True),
        Column("Text", "varchar(200)", nullable=True),
        Column("Owner", "integer", nullable=False),
    )


def test_fluent_migrator_orders_by_number() -> None:
    file = recognise("Migrations/AddLog.cs", FLUENT)
    assert file is not None
    assert file.order[0] == 20200102
