"""Intervals, indices and tests, computed from the tables of responses alone."""
