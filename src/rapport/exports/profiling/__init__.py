"""Profiling: what sample files tell of an export, each decision with its evidence, written as a first declaration."""
