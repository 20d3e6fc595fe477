"""A case from its opening to its closing, and the pages that go out for it."""
