"""The built-in schedules, one a file."""
