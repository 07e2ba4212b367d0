"""One procedure out of many offerings: register import, identity, unification, change log."""
