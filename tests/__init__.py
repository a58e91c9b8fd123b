"""Tests of dblint, one folder per package."""
