"""What is kept on disk so that it need not be worked out twice: how large it is, and how it is emptied."""

from __future__ import annotations

from trainer_gui.engine.data.picture_cache import cache_size, free_cache
from trainer_gui.engine.data.unpacked import free_unpacked, unpacked_size


def caches_size() -> int:
    """How many bytes decoded pictures and unpacked files take up on disk."""
    return cache_size() + unpacked_size()


def free_caches() -> int:
    """Deletes all of it that nothing needs at the moment, and says how many bytes that frees.

    Data and runs are never touched: the next run decodes and unpacks again.
    """
    return free_cache() + free_unpacked()


def bytes_in_words(count: int) -> str:
    """A number of bytes: “0 MB”, “3.4 MB”, “1.2 GB”."""
    if count >= 1e9:
        return f"{count / 1e9:.3g} GB"
    return f"{count / 1e6:.3g} MB" if count >= 1e5 or not count else "less than 0.1 MB"
