"""Is A better than B: two runs, or two groups of runs that differ only in their seeds, in one sentence."""

from trainer_gui.engine.comparison.compare import compare, compare_groups
from trainer_gui.engine.comparison.result import Comparison

__all__ = ["Comparison", "compare", "compare_groups"]
