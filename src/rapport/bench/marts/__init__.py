"""The bench of the marts: Rapport beside a script written by hand, on a company of any size."""
