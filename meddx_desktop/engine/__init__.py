"""Runs any job in a worker process; knows neither Qt nor medicine."""
