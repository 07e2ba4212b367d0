"""What is known: tables, URL state, records and their versions, visits, findings, raw captures."""
