"""What lies on the disk: files of arrays, segments, the table of contents, their checks."""
