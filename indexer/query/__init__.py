"""From what was typed to a ranked answer: understanding, ranking, suggestions."""
