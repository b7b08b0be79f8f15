"""Data as the engine sees it: what was opened, how it is shared out, how it becomes numbers."""
