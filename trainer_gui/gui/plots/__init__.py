"""Plots; they draw plain arrays."""
