"""A model that changes without a migration, in tools that create the database from their models."""

from pathlib import Path

from tests.change.trees import analysed, breaking, python

SQLALCHEMY = """\
from sqlalchemy import Column, Integer, String, create_engine
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
{email}

Base.metadata.create_all(create_engine("postgresql://db/shop"))
"""
EMAIL = "    email = Column(String(100))\n"
PATH = "accounts/models.py"


def test_a_column_that_a_model_loses_names_its_reader(tmp_path: Path) -> None:
    before = {PATH: SQLALCHEMY.format(email=EMAIL), "orders/app.py": python("SELECT email FROM users")}
    (finding,) = breaking(analysed(tmp_path, before, {PATH: SQLALCHEMY.format(email="")}))
    assert (finding.service, finding.severity, finding.place.path) == ("orders", "error", PATH)
    assert "drops users.email" in finding.message
