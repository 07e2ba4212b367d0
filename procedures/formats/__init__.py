"""Register files by format: one module each, a line in, an entry out."""
