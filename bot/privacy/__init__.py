"""What is kept about people, for how long, and how they take it back."""
