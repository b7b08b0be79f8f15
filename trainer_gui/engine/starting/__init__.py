"""Runs that start from a model: opening it, looking how it fits, and moving its weights to other data."""
