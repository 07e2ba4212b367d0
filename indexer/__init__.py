"""What can be found: documents, sync, engines, query."""
