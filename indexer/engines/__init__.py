"""The engine port and its implementations."""
