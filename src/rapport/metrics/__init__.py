"""Metrics: questions by name, answered as figures."""
