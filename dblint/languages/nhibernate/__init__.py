"""Mapping documents of NHibernate (`*.hbm.xml`)."""
