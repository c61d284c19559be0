"""From documents to a commit: batches, segments, processes, the writer."""
