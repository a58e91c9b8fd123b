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


def test_the_schema_of_doctrine() -> None:
    text = """\
<?php
use Doctrine\\DBAL\\Types\\Types;
use Doctrine\\Migrations\\AbstractMigration;
final class Version20200101 extends AbstractMigration
{
    public function up(Schema $schema): void
    {
        $table = $schema->createTable('users');
        $table->addColumn('id', Types::BIGINT, ['autoincrement' => true]);
        $table->addColumn('email', 'string', ['length' => 100, 'notnull' => false]);
        $table->setPrimaryKey(['id']);
        $table->addUniqueIndex(['email']);
        $table->addForeignKeyConstraint('orgs', ['org_id'], ['id']);
        $seats = $schema->getTable('seats');
        $seats->dropColumn('code');
        $seats->changeColumn('tag', ['notnull' => true]);
        $schema->dropTable('old');
    }
}
"""
    assert events_of("migrations/Version20200101.php", text) == [
        "table.create users id,email org_id => orgs(id)",
        "unique.add users email",
        "column.drop seats code",
        "column.nullable seats tag",
        "table.drop old",
    ]
    columns = changes_of("migrations/Version20200101.php", text)[0].event.columns
    assert columns[0] == Column("id", "bigint", nullable=False, generated=True, primary_key=True)
    assert columns[1] == Column("email", "varchar(100)", nullable=True)


def test_phinx() -> None:
    text = """\
<?php
use Phinx\\Migration\\AbstractMigration;
final class Users extends AbstractMigration
{
    public function change(): void
    {
        $table = $this->table('users', ['id' => 'user_id']);
        $table->addColumn('email', 'string', ['limit' => 100, 'null' => false]);
        $table->addColumn('org_id', 'biginteger')
            ->addIndex(['email'], ['unique' => true])
            ->addForeignKey('org_id', 'orgs', 'id')
            ->create();
        $this->table('seats')->removeColumn('code')->renameColumn('nr', 'number')->addColumn('zone', 'integer')->update();
        $this->table('a')->rename('b')->save();
        $this->table('old')->drop()->save();
        $this->execute('ALTER TABLE x ADD y int');
    }
}
"""
    assert events_of("db/migrations/20200101_users.php", text) == [
        "table.create users user_id,email,org_id org_id => orgs(id)",
        "unique.add users email",
        "column.drop seats code",
        "column.rename seats nr -> number",
        "column.add seats zone",
        "table.rename a -> b",
        "table.drop old",
        "column.add x y",
    ]
    columns = changes_of("db/migrations/20200101_users.php", text)[0].event.columns
    assert columns[0] == Column("user_id", "integer", nullable=False, generated=True, primary_key=True)
    assert columns[1] == Column("email", "varchar(100)", nullable=False)
