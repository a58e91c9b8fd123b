"""Which file an import means, and what a name is."""

import pytest

from tests.interpret.told import accesses

USE = '\ndef run(conn):\n    conn.execute(f"SELECT id FROM {T}")\n'

MEANT = {
    "a sibling": ("app/db.py", "from .names import T", {"app/names.py": 'T = "right"', "other/names.py": 'T = "wrong"'}),
    "a parent": ("app/sub/db.py", "from ..names import T", {"app/names.py": 'T = "right"', "app/sub/names.py": 'T = "wrong"'}),
    "a package": ("app/sub/db.py", "from . import T", {"app/sub/__init__.py": 'T = "right"', "app/__init__.py": 'T = "wrong"'}),
    "absolute": ("app/db.py", "from app.names import T", {"app/names.py": 'T = "right"'}),
    "below a source folder": (
        "orders/src/shop/db.py",
        "from shop.names import T",
        {"orders/src/shop/names.py": 'T = "right"', "billing/src/shop/names.py": 'T = "wrong"'},
    ),
    "the service's own of two": (
        "orders/db.py",
        "from config import T",
        {"orders/config.py": 'T = "right"', "billing/config.py": 'T = "wrong"'},
    ),
    "a module of a package": ("app/db.py", "from app import names\nT = names.T", {"app/names.py": 'T = "right"'}),
    "a dotted import": ("app/db.py", "import app.names\nT = app.names.T", {"app/names.py": 'T = "right"'}),
    "an import with a name": ("app/db.py", "import app.names as n\nT = n.T", {"app/names.py": 'T = "right"'}),
    "an import tried": ("app/db.py", "try:\n    from app.names import T\nexcept E:\n    pass", {"app/names.py": 'T = "right"'}),
    "shadowed": ("app/db.py", 'from app.names import T\nT = "right"', {"app/names.py": 'T = "wrong"'}),
}  # fmt: skip


@pytest.mark.parametrize(("path", "line", "files"), MEANT.values(), ids=MEANT.keys())
def test_an_import_means_one_file(path: str, line: str, files: dict[str, str]) -> None:
    assert accesses(line + USE, files, path=path) == {"READ right[id]"}


def test_a_module_that_several_foreign_folders_hold_is_not_guessed() -> None:
    files = {"a/names.py": 'T = "one"', "b/names.py": 'T = "two"'}
    assert accesses("from names import T" + USE, files) == {"UNRESOLVED dynamic-table: SELECT id FROM ⟨?⟩"}


def test_a_library_is_not_a_folder_of_its_name_inside_a_package() -> None:
    files = {"app/db/__init__.py": "", "app/db/sqlalchemy/__init__.py": "", "app/db/sqlalchemy/orm.py": "class Session: pass"}
    source = """
        from sqlalchemy import Column, Integer
        from sqlalchemy.orm import declarative_base
        Base = declarative_base()
        class Order(Base):
            __tablename__ = "orders"
            id = Column(Integer, primary_key=True)
        def run(session):
            session.query(Order).all()
    """
    assert accesses(source, {**files}) == {"READ orders[id]"}


def test_a_name_of_a_function_hides_the_module_s() -> None:
    source = """
        T = "wrong"
        def run(conn):
            T = "right"
            conn.execute(f"SELECT id FROM {T}")
    """
    assert accesses(source) == {"READ right[id]"}


def test_a_name_of_a_class_is_not_seen_in_its_methods() -> None:
    source = """
        T = "right"
        class Store:
            T = "wrong"
            def run(self, conn):
                conn.execute(f"SELECT id FROM {T}")
    """
    assert accesses(source) == {"READ right[id]"}


def test_modules_that_import_each_other_end() -> None:
    files = {"app/a.py": "from app.b import T", "app/b.py": "from app.a import T"}
    assert accesses("from app.a import T" + USE, files) == {"UNRESOLVED dynamic-table: SELECT id FROM ⟨?⟩"}
