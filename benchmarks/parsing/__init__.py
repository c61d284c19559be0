"""How well and how fast real newspaper pages are read."""
