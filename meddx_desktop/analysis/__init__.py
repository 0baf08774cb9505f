"""The jobs, as plain functions that run in a worker process."""
