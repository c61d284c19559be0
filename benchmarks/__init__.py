"""Benchmarks: one script per question. README.md says what is measured and how to read it."""
