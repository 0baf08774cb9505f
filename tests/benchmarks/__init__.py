"""Measurements beside other programs; `python -m tests.benchmarks` runs them all."""

import os

# As in the worker processes, before NumPy is loaded.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
