"""How networks learn; the only room that imports torch at module level, and is itself imported late."""
