"""The rhythm of the week: when a group meets, what happens around it, and what its therapists set for the week."""
