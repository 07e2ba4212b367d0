"""Measurements that are run by hand or by the check: relevance and speed of search."""
