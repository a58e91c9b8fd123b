"""Mapping documents of Doctrine (`*.orm.xml`, `*.dcm.xml`)."""
