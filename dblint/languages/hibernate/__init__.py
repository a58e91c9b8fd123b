"""Mapping documents of Hibernate (`*.hbm.xml`) and of Jakarta Persistence (`orm.xml`)."""
