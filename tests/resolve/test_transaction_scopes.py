"""Which code runs in one transaction, from files of several languages to the finding about it."""

from pathlib import Path

import pytest

from tests.resolve.transactions import INVOICE, ORDER, told

MODELS = {
    "src/Order.java": 'import jakarta.persistence.*;\n@Entity @Table(name="orders") public class Order { @Id Long id; }\n',
    "src/Invoice.java": (
        'import jakarta.persistence.*;\n@Entity @Table(name="invoices") public class Invoice { @Id Long id; }\n'
    ),
    "src/Orders.java": (
        "import org.springframework.data.jpa.repository.JpaRepository;\n"
        "public interface Orders extends JpaRepository<Order, Long> {}\n"
    ),
    "src/Invoices.java": (
        "import org.springframework.data.jpa.repository.JpaRepository;\n"
        "public interface Invoices extends JpaRepository<Invoice, Long> {}\n"
    ),
}
PLACING = """
    import org.springframework.transaction.annotation.Transactional;
    public class Placing {
        private final Orders orders;
        private final Billing billing;
        @Transactional
        public void place() {
            orders.save(new Order());
            billing.bill();
        }
    }
"""
BILLING = """
    public class Billed %s{
        private final Invoices invoices;
        public void bill() {
            invoices.save(new Invoice());
        }
    }
"""
MAPPED = """
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
    class Base(DeclarativeBase): ...
    class Order(Base):
        __tablename__ = "orders"
        id: Mapped[int] = mapped_column(primary_key=True)
    class Invoice(Base):
        __tablename__ = "invoices"
        id: Mapped[int] = mapped_column(primary_key=True)
"""
CONTEXT = """
    using Microsoft.EntityFrameworkCore;
    public class Order { public long Id { get; set; } }
    public class Invoice { public long Id { get; set; } }
    public class Shop : DbContext {
        public DbSet<Order> Orders { get; set; }
        public DbSet<Invoice> Invoices { get; set; }
        protected override void OnModelCreating(ModelBuilder b) {
            b.Entity<Order>().ToTable("orders");
            b.Entity<Invoice>().ToTable("invoices");
        }
    }
"""
MODULE = "module example.com/orders\n\ngo 1.22\n"

SCOPES: dict[str, tuple[dict[str, str], tuple[str, int]]] = {
    "a function of another module is followed, whatever it is called": (
        {
            "app.py": """
                import psycopg
                from store import save_all
                def place(connection: psycopg.Connection):
                    with connection.transaction():
                        save_all(connection)
            """,
            "store.py": f'def save_all(connection):\n    connection.execute("{ORDER}")\n    connection.execute("{INVOICE}")\n',
        },
        ("store.py", 3),
    ),
    "a commit that nothing opened ends one": (
        {
            "models.py": MAPPED,
            "app.py": """
                from sqlalchemy.orm import Session
                from models import Invoice, Order
                def place(session: Session):
                    session.add(Order())
                    session.add(Invoice())
                    session.commit()
            """,
        },
        ("app.py", 5),
    ),
    "SaveChanges ends one": (
        {
            "Shop.cs": CONTEXT,
            "Placing.cs": """
                using Microsoft.EntityFrameworkCore;
                public class Placing {
                    private readonly Shop _shop;
                    public Placing(Shop shop) { _shop = shop; }
                    public void Place() {
                        _shop.Orders.Add(new Order());
                        _shop.Invoices.Add(new Invoice());
                        _shop.SaveChanges();
                    }
                }
            """,
        },
        ("Placing.cs", 7),
    ),
    "the one class behind an interface is followed": (
        {
            **MODELS,
            "src/Placing.java": PLACING,
            "src/Billing.java": "public interface Billing { void bill(); }\n",
            "src/Billed.java": BILLING % "implements Billing ",
        },
        ("src/Billed.java", 4),
    ),
    "an annotation of a class holds for its methods": (
        {
            **MODELS,
            "src/Placing.java": """
                import org.springframework.transaction.annotation.Transactional;
                @Transactional
                public class Placing {
                    private Orders orders;
                    private Invoices invoices;
                    public void place() {
                        orders.save(new Order());
                        invoices.save(new Invoice());
                    }
                }
            """,
        },
        ("src/Placing.java", 8),
    ),
    "JDBC commits when it is told to": (
        {
            "P.java": f"""
                import java.sql.*;
                class P {{
                    void place(Connection c) throws Exception {{
                        c.setAutoCommit(false);
                        c.createStatement().executeUpdate("{ORDER}");
                        c.createStatement().executeUpdate("{INVOICE}");
                        c.commit();
                    }}
                }}
            """,
        },
        ("P.java", 6),
    ),
    "a callback of a function of one's own that opens one": (
        {
            "go.mod": MODULE,
            "main.go": f"""
                package main
                import ("context"; "database/sql")
                type S struct {{ db *sql.DB }}
                func (s *S) withTx(ctx context.Context, f func(tx *sql.Tx) error) error {{
                    tx, err := s.db.BeginTx(ctx, nil)
                    if err != nil {{ return err }}
                    if err := f(tx); err != nil {{ return err }}
                    return tx.Commit()
                }}
                func (s *S) place(ctx context.Context) error {{
                    return s.withTx(ctx, func(tx *sql.Tx) error {{
                        if _, err := tx.Exec("{ORDER}"); err != nil {{ return err }}
                        _, err := tx.Exec("{INVOICE}")
                        return err
                    }})
                }}
            """,
        },
        ("main.go", 13),
    ),
    "a function of one's own that is given by its name": (
        {
            "app.py": f"""
                import psycopg
                def both(c):
                    c.execute("{ORDER}")
                    c.execute("{INVOICE}")
                def in_tx(c: psycopg.Connection, work):
                    with c.transaction():
                        work(c)
                def place(c: psycopg.Connection):
                    in_tx(c, both)
            """,
        },
        ("app.py", 4),
    ),
    "a method that a lambda calls, given to one that opens a transaction": (
        {
            "app.py": f"""
                import psycopg
                class Store:
                    def in_transaction(self, work):
                        with self.connection.transaction():
                            return work()
                class Placing:
                    def __init__(self, connection: psycopg.Connection, store: Store):
                        self.connection, self.store = connection, store
                    def both(self):
                        self.connection.execute("{ORDER}")
                        self.connection.execute("{INVOICE}")
                    def place(self):
                        self.store.in_transaction(lambda: self.both())
            """,
        },
        ("app.py", 11),
    ),
    "a method that only one type of Go has is followed": (
        {
            "go.mod": MODULE,
            "main.go": """
                package main
                import ("context"; "database/sql"; "example.com/orders/store")
                type S struct { db *sql.DB; store *store.Store }
                func (s *S) place(ctx context.Context) error {
                    tx, err := s.db.BeginTx(ctx, nil)
                    if err != nil { return err }
                    if err := s.store.SaveAll(tx); err != nil { return err }
                    return tx.Commit()
                }
            """,
            "store/store.go": f"""
                package store
                import "database/sql"
                type Store struct {{}}
                func (s *Store) SaveAll(tx *sql.Tx) error {{
                    if _, err := tx.Exec("{ORDER}"); err != nil {{ return err }}
                    _, err := tx.Exec("{INVOICE}")
                    return err
                }}
            """,
        },
        ("store/store.go", 6),
    ),
    "what is listed in a call runs in it": (
        {
            "package.json": '{"name": "orders", "dependencies": {"@prisma/client": "5"}}',
            "prisma/schema.prisma": """
                datasource db {
                  provider = "postgresql"
                  url      = env("DATABASE_URL")
                }
                model Order {
                  id Int @id
                  @@map("orders")
                }
                model Invoice {
                  id Int @id
                  @@map("invoices")
                }
            """,
            "a.ts": """
                import { PrismaClient } from "@prisma/client";
                const prisma = new PrismaClient();
                export async function place() {
                  await prisma.$transaction([
                    prisma.order.create({ data: { id: 1 } }),
                    prisma.invoice.create({ data: { id: 1 } }),
                  ]);
                }
            """,
        },
        ("a.ts", 6),
    ),
    "a model opens one, and a method of one's own is followed": (
        {
            "Gemfile": 'gem "rails"\n',
            "app/models/application_record.rb": "class ApplicationRecord < ActiveRecord::Base\n  primary_abstract_class\nend\n",
            "app/models/order.rb": "class Order < ApplicationRecord\nend\n",
            "app/models/invoice.rb": "class Invoice < ApplicationRecord\nend\n",
            "app/services/place.rb": """
                class Place
                  def call
                    Order.transaction do
                      Order.create!(id: 1)
                      bill
                    end
                  end
                  def bill
                    Invoice.create!(id: 1)
                  end
                end
            """,
        },
        ("app/services/place.rb", 9),
    ),
    "a pool of Rust begins one": (
        {
            "Cargo.toml": '[package]\nname = "orders"\n[dependencies]\nsqlx = "0.7"\n',
            "src/main.rs": f"""
                use sqlx::PgPool;
                async fn place(pool: &PgPool) -> Result<(), sqlx::Error> {{
                    let mut tx = pool.begin().await?;
                    sqlx::query("{ORDER}").execute(&mut *tx).await?;
                    sqlx::query("{INVOICE}").execute(&mut *tx).await?;
                    tx.commit().await
                }}
            """,
        },
        ("src/main.rs", 5),
    ),
}  # fmt: skip


@pytest.mark.parametrize("scope", SCOPES)
def test_what_runs_in_one_transaction_is_told_where_the_other_owners_table_is_written(tmp_path: Path, scope: str) -> None:
    files, (path, line) = SCOPES[scope]
    assert told(tmp_path, files) == [(f"orders/{path}", line, "invoices")]


def test_two_commits_of_one_function_are_two_transactions(tmp_path: Path) -> None:
    source = """
        from sqlalchemy.orm import Session
        from models import Invoice, Order
        def place(session: Session):
            session.add(Order())
            session.commit()
            session.add(Invoice())
            session.commit()
    """
    assert told(tmp_path, {"models.py": MAPPED, "app.py": source}) == []


def test_of_two_classes_behind_an_interface_none_is_followed(tmp_path: Path) -> None:
    files = {
        **MODELS,
        "src/Placing.java": PLACING,
        "src/Billing.java": "public interface Billing { void bill(); }\n",
        "src/Billed.java": BILLING % "implements Billing ",
        "src/Unbilled.java": "public class Unbilled implements Billing {\n    public void bill() { }\n}\n",
    }
    assert told(tmp_path, files) == []
