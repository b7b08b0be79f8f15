"""The window: pages, forms and plots around the same engine that the command line drives."""
