"""Warehouse: one DuckDB file that dbt builds, and the numbered snapshots that readers open."""
