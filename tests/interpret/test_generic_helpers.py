"""What a generic repository asks by methods of its own: `Rows()` gives the set, others ask of it."""

import pytest

from dblint import frameworks
from tests.frameworks.lines import lines, run

ALL = frameworks.load()
EFCORE = next(item for item in ALL if item.name == "efcore")
SHOP = """
using Microsoft.EntityFrameworkCore;
public class Order { public long Id { get; set; } }
public class Item { public long Id { get; set; } }
public class Shop : DbContext { public DbSet<Order> Orders { get; set; } public DbSet<Item> Items { get; set; } }
public interface IRepository<TEntity> { IQueryable<TEntity> Where(object condition); }
public class Repository<TContext, TEntity>(TContext context) : IRepository<TEntity> where TContext : DbContext {
  public IQueryable<TEntity> Where(object condition) => ASKED.Where(condition);
  protected IQueryable<TEntity> Rows(bool tracked) => Rows<TEntity>(tracked);
  protected IQueryable<TRow> Rows<TRow>(bool tracked) where TRow : class {
    if (tracked) { return context.Set<TRow>(); }
    return context.Set<TRow>().AsNoTracking();
  }
  protected DbSet<TEntity> Own() => context.Set<TEntity>();
}
public class Service(IRepository<Order> orders) { public void Run() { orders.Where(order => order.Id == 1); } }
"""


@pytest.mark.parametrize("asked", ["Own()", "Rows(true)", "Rows<TEntity>(true)", "this.Own()"])
def test_a_method_that_gives_the_set_is_asked_for_the_model_of_the_class(asked: str) -> None:
    found = lines(run(EFCORE, ALL, {"shop/Shop.cs": SHOP.replace("ASKED", asked)}))
    assert {line for line in found if not line.startswith("DECLARE")} == {"READ Orders[Id]"}


def test_a_method_that_is_asked_for_another_model_is_none_of_the_classs_own() -> None:
    found = lines(run(EFCORE, ALL, {"shop/Shop.cs": SHOP.replace("ASKED", "Rows<Item>(true)")}))
    assert "READ Orders[Id]" not in found
