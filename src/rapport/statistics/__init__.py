"""Statistics that SQL cannot do: arrays in, arrays out; the Python models of the dbt project call these and nothing else."""
