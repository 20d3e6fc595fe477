"""The people: everything that can be done as one of them, checked as Discord would."""

from sandbox.people.arranging import Arranging
from sandbox.people.seeing import Seeing
from sandbox.people.talking import Talking
from sandbox.people.using import Using


class People(Talking, Using, Seeing, Arranging):
    """Acts as any person. What that person may not see or do raises `NotAllowed` with the reason."""


__all__ = ["People"]
