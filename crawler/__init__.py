"""Bytes from the sites: one spider, discovery, page readers per CMS family, guards."""
