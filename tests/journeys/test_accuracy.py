"""The defaults must be good on the samples: sanity bounds, not the aim."""

import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[1] / "benchmarks" / "accuracy.py"


@pytest.mark.parametrize("samples", [("iris", "wine", "breast_cancer", "diabetes"), ("digits",)])
def test_that_the_defaults_reach_the_bounds_on_the_samples(samples):
    done = subprocess.run(
        [sys.executable, str(_SCRIPT), *samples], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(sample in done.stdout for sample in samples)
