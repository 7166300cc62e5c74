"""Editions: figures first, then pages that receive only figures."""
