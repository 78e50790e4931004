"""What Slack delivers, put where it belongs: into the inbox, or over what came before."""

from bot.surfaces.inbox import Inbox
from bot.surfaces.slack.receiving.arriving import Delivered, Edited, Withdrawn


async def put(inbox: Inbox, came: Delivered) -> bool:
    """Write down what came, and return once that is committed; False where there was nothing new in it."""
    match came:
        case None:
            return False
        case Edited(id=name, words=words):
            return await inbox.reword(name, words)
        case Withdrawn(id=name):
            await inbox.withdraw(name)
            return True
    return await inbox.take(came)
