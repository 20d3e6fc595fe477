"""A second Discord double, written by others: the same flows must hold on both."""
