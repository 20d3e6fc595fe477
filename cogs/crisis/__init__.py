"""Crisis care on Discord: what is said is screened, pages go out, a therapist takes the case; members' own ways."""

from typing import TYPE_CHECKING

from cogs.crisis.alarm import AlarmCog
from cogs.crisis.care_setup import CareSetupCog
from cogs.crisis.clinic_code import ClinicCodeCog
from cogs.crisis.cog import CrisisCog
from cogs.crisis.gaps import GapsCog
from cogs.crisis.member_space import MemberSpaceCog
from cogs.crisis.on_call import OnCallCog
from cogs.crisis.plan_cog import PlanCog
from cogs.crisis.second_net import SecondNetCog
from cogs.crisis.therapist_cog import TherapistCog
from cogs.crisis.ways_in import WaysInCog
from cogs.shared.interactions import answer_command_failure

if TYPE_CHECKING:
    from bot.client import HoldspaceClient


async def setup(client: "HoldspaceClient") -> None:
    """Load the feature; crisis care loads first, so it also sees to it that every failing command is answered."""
    client.tree.error(answer_command_failure)
    cogs = (
        CrisisCog, WaysInCog, MemberSpaceCog, PlanCog, CareSetupCog, ClinicCodeCog, TherapistCog, OnCallCog, AlarmCog,
        GapsCog, SecondNetCog,
    )  # fmt: skip
    for cog in cogs:
        await client.add_cog(cog(client, client.parts))
