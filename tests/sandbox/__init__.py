"""Tests of the local server, each with a real client on the wire."""
