"""What is told about the state of the sites: board, score sheets, exports, digests. Values and files, never HTTP."""
