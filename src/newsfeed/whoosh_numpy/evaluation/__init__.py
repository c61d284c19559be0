"""Which documents match a query, and how well: exactly, over arrays."""
