"""Documents that map classes to tables become classes with annotations."""

import pytest

from dblint import languages
from dblint.languages import Vocabulary
from dblint.model.syntax import Call, Module, Name

WORDS = Vocabulary(frozenset())
HBM = """<?xml version="1.0"?>
<hibernate-mapping package="shop">
  <class name="Order" table="orders">
    <id name="id" column="order_id"/>
    <many-to-one name="customer" class="crm.Customer" column="customer_no"/>
  </class>
</hibernate-mapping>
"""


def words_of(module: Module, field: str) -> list[str]:
    binding = next(each for each in module.bindings if each.target == field)
    return [item.function.name for item in binding.decorators if isinstance(item, Call) and isinstance(item.function, Name)]


def test_a_class_of_hibernate_has_its_annotations_and_lines() -> None:
    module = languages.read("Order.hbm.xml", "hibernate", HBM, WORDS)
    assert [(each.name, each.line, each.end) for each in module.classes] == [("Order", 3, 6)]
    assert words_of(module, "id") == ["Id", "Column"]
    assert words_of(module, "customer") == ["ManyToOne", "JoinColumn"]
    assert ("Customer", "crm") in {(each.name, each.module) for each in module.imports}


def test_nhibernate_names_classes_with_their_assembly() -> None:
    text = HBM.replace('package="shop"', 'namespace="Shop" xmlns="urn:nhibernate-mapping-2.2"').replace(
        '"Order"', '"Order, Shop"'
    )
    module = languages.read("Order.hbm.xml", "nhibernate", text, WORDS)
    assert [each.name for each in module.classes] == ["Order"]


@pytest.mark.parametrize("language", ["hibernate", "nhibernate", "doctrine"])
@pytest.mark.parametrize(
    "text",
    [
        "<hibernate-mapping><class",
        "",
        '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><hibernate-mapping>&z;</hibernate-mapping>',
        "<a>" * 5000,
    ],
    ids=["cut off", "empty", "entities", "too deep"],
)
def test_a_bad_document_is_told_and_gives_nothing(language: str, text: str) -> None:
    module = languages.read("x.hbm.xml", language, text, WORDS)
    assert module.broken
    assert not module.classes
