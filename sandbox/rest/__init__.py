"""The REST API, one module a resource; each holds its routes as data."""
