"""Benches: what the steps cost, measured on this machine without leaving a trace."""
