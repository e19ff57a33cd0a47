"""Tables: reading them, whatever their form, and making points and targets of their columns."""
