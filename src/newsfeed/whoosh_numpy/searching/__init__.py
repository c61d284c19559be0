"""Whoosh's face: reader, searcher, results, parser, over the evaluation."""
