"""Delivery: one message per recipient, from a ledger that survives crashes."""
