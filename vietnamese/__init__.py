"""One analysis of Vietnamese for everybody: spelling, folding, syllables, typing."""
