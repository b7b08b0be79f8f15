"""Tables and grids of data: they read what is in sight, and nothing more."""
