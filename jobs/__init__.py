"""When things happen: schedule, leases, worker, and the steps of a run in order."""
