"""Servers of Go whose methods only the framework calls, in packages that several programs share."""

from pathlib import Path

from dblint import config, pipeline

FILES = {
    "go.mod": "module example.com/shop\n\ngo 1.22\n",
    "dblint.yaml": "version: 1\nservices:\n  - {name: orders, path: cmd/orders}\n  - {name: users, path: cmd/users}\n",
    "cmd/orders/main.go": 'package main\n\nimport "example.com/shop/internal/orders"\n\nfunc main() { orders.Start() }\n',
    "cmd/users/main.go": 'package main\n\nimport "example.com/shop/internal/users"\n\nfunc main() { users.Start() }\n',
    "internal/orders/server.go": """package orders

import (
	"example.com/shop/internal/store"
	pb "example.com/protocol/orders"
)

type ordersServer struct { store *store.Orders }

func Start() {
	pb.RegisterOrdersServer(server, &ordersServer{store: store.NewOrders(db)})
}

func (s *ordersServer) Place(ctx context.Context, r *pb.Request) error {
	return s.store.Add(r.Id)
}
""",
    "internal/users/server.go": """package users

import (
	"example.com/shop/internal/store"
	pb "example.com/protocol/users"
)

type usersServer struct { store *store.Users }

func Start() {
	pb.RegisterUsersServer(server, &usersServer{store: store.NewUsers(db)})
}

func (s *usersServer) Register(ctx context.Context, r *pb.Request) error {
	s.store.Count()
	return s.store.Add(r.Id)
}
""",
    "internal/store/orders.go": """package store

import "database/sql"

type Orders struct { db *sql.DB }

func NewOrders(db *sql.DB) *Orders { return &Orders{db} }

func (o *Orders) Add(id int) error {
	_, err := o.db.Exec("INSERT INTO orders (id) VALUES (1)")
	return err
}

func (o *Orders) Count() {
	type Item struct { N int }
	var found []Item
	o.db.Query("SELECT count(*) FROM orders", &found)
}
""",
    "internal/store/users.go": """package store

import "database/sql"

type Users struct { db *sql.DB }

func NewUsers(db *sql.DB) *Users { return &Users{db} }

func (u *Users) Add(id int) error {
	_, err := u.db.Exec("INSERT INTO users (id) VALUES (1)")
	return err
}

func (u *Users) Count() {
	type Item struct { N int }
	var found []Item
	u.db.Query("SELECT count(*) FROM users", &found)
}
""",
}


def test_what_a_server_of_grpc_does_is_charged_to_the_program_that_registers_it_and_local_types_lead_nowhere(
    tmp_path: Path,
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    system = pipeline.analyse(tmp_path, config.load(tmp_path / "dblint.yaml", tmp_path)).system
    # Only users counts; both types have a local type of one name, and neither leads from one store to the other.
    assert {(each.service, each.table.name, each.mode) for each in system.accesses if each.service} == {
        ("orders", "orders", "write"),
        ("users", "users", "write"),
        ("users", "users", "read"),
    }
