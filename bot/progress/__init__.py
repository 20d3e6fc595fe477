"""Wins: what a member is glad about, in their own words, for whom they choose. No streaks, no ranks, no comparing."""
