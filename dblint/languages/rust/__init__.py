"""Rust, 2018 and later editions."""
