"""Scheduled customer reporting in which every printed number leads back to the rows it came from."""

__version__ = "0.1.0"
