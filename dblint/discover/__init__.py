"""A folder becomes services with evidence, and files with language and role."""
