"""Where a student's notebook runs: a sandboxed kernel, its limits, and what is asked of it."""
