"""What is out of date: rules, comparison with the register, findings, verdicts."""
