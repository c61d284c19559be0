"""Segments joined to one, streamed, without their deleted documents."""
