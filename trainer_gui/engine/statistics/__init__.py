"""The statistics of repeated and compared runs: plain numbers in and out, each with its source."""
