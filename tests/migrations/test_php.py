"""Migrations in PHP."""

from dblint.migrations import recognise
from dblint.model.schema import Column
from tests.migrations.reading import changes_of, events_of

HEAD = """\
<?php
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Database\\Schema\\Blueprint;
use Illuminate\\Support\\Facades\\Schema;

return new class extends Migration
{
    public function up(): void
    {
"""
TAIL = """\
    }

    public function down(): void
    {
        Schema::dropIfExists('flights');
    }
};
"""


def laravel(body: str) -> str:
    return HEAD + body + TAIL


CREATE = laravel("""\
        Schema::create('flights', function (Blueprint $table) {
            $table->id();
            $table->string('name', 100)->nullable()->default('x')->unique();
            $table->foreignId('user_id')->constrained()->onDelete('cascade');
            $table->foreignId('org')->references('id')->on('orgs');
            $table->decimal('price');
            $table->morphs('taggable');
            $table->timestamps();
            $table->softDeletes();
            $table->index(['name', 'price'], 'ix');
        });
""")


def test_laravel_creates_a_table() -> None:
    assert events_of("database/migrations/2020_01_01_000000_x.php", CREATE) == [
        (
            "table.create flights id,name,user_id,org,price,taggable_type,taggable_id,created_at,updated_at,deleted_at"
            " user_id => users(id) org => orgs(id)"
        ),
        "unique.add flights name",
        "index.add flights taggable_type,taggable_id",
        "index.add flights ix name,price",
    ]
    columns = {each.name: each for each in changes_of("database/migrations/1_x.php", CREATE)[0].event.columns}
    assert columns["id"] == Column("id", "bigint", nullable=False, generated=True, primary_key=True)
    assert columns["name"] == Column("name", "varchar(100)", nullable=True, default="'x'")
    assert columns["user_id"] == Column("user_id", "bigint", nullable=False)
    assert columns["price"].type == "decimal(8,2)"
    assert columns["created_at"].nullable is True


def test_laravel_changes_a_table() -> None:
    text = laravel("""\
        Schema::table('users', function (Blueprint $table) {
            $table->dropColumn(['a', 'b']);
            $table->renameColumn('c', 'd');
            $table->string('e', 50)->nullable()->change();
            $table->integer('f')->after('d');
            $table->dropForeign(['user_id']);
            $table->dropUnique('users_email_unique');
        });
        Schema::table('x', fn (Blueprint $t) => $t->dropColumn('y'));
        Schema::rename('p', 'q');
        Schema::dropIfExists('old');
        DB::statement('ALTER TABLE z DROP COLUMN w');
""")
    changes = changes_of("database/migrations/1_x.php", text)
    assert events_of("database/migrations/1_x.php", text) == [
        "column.drop users a",
        "column.drop users b",
        "column.rename users c -> d",
        "column.type users e",
        "column.nullable users e",
        "column.default users e",
        "column.add users f",
        "fk.drop users user_id",
        "unique.drop users users_email_unique",
        "column.drop x y",
        "table.rename p -> q",
        "table.drop old",
        "column.drop z w",
    ]
    assert [change.place.line for change in changes[:4]] == [11, 11, 12, 13]


def test_laravel_says_which_connection_it_means() -> None:
    text = laravel("        Schema::connection('stock')->table('x', function ($t) { $t->dropColumn('y'); });\n")
    (change,) = changes_of("database/migrations/1_x.php", text)
    assert (change.connection, change.event.kind) == ("stock", "column.drop")


def test_doctrine_adds_sql() -> None:
    text = """\
<?php
use Doctrine\\Migrations\\AbstractMigration;
final class Version20200101 extends AbstractMigration
{
    public function up(Schema $schema): void
    {
        $this->addSql('ALTER TABLE users DROP email');
        $this->addSql("CREATE TABLE a (id INT NOT NULL, PRIMARY KEY(id))");
    }
    public function down(Schema $schema): void { $this->addSql('DROP TABLE a'); }
}
"""
    assert events_of("migrations/Version20200101.php", text) == ["column.drop users email", "table.create a id"]


def test_other_php_is_no_migration() -> None:
    assert recognise("app/Models/User.php", "<?php class User extends Model { }") is None
