"""What a member meets: words, lines, choices, ways to ask for a therapist."""
