"""Kotlin, up to 2.0."""
