"""The demo company; nothing outside this package and the tests knows it."""
