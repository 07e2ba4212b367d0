"""What people see: JSON API, citizens' pages, the board."""
