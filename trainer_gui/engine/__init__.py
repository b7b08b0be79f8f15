"""The engine: data in, a stream of events out; no Qt, no printing, no global state."""
