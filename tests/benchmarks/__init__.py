"""Scripts that measure; they assert nothing, since times belong to a machine. See docs/performance.md."""
