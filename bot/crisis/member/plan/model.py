"""What a safety plan is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

PARTS: Final = ("signs", "steps", "places", "professionals", "safer")
"""Warning signs; what I can do; places and people; professionals; what makes it safer around me."""

LONGEST: Final = 600
"""Characters of a part: all five fit into one message with their headings."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A safety plan: what was written, by its name in `PARTS`; `sealed_shut` names what does not open without its key.

    `announced` says that the member lets their therapists know that there is a plan; nobody ever sees the plan itself.
    """

    key: str
    group_key: str
    member_id: int
    changed_at: datetime
    announced: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    sealed_shut: tuple[str, ...] = ()
