"""A province in a box: replica sites on loopback, with known faults."""
