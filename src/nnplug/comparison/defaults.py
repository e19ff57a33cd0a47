"""How many seeds a comparison has where nobody says; apart, so that help imports no NumPy."""

SEEDS, TUNING_SEEDS = 16, 4
