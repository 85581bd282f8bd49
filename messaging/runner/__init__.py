"""The carrier process: holds connectors, moves slices between them and the database."""
