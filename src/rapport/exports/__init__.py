"""Exports: what the company's systems drop, pulled, archived and loaded into the lake."""
