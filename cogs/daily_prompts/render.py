"""How a prompt looks in the circle: a Components V2 message, readable without colour or picture."""

from discord import ui

from bot.daily_prompts.model import Prompt
from bot.words import Words


def post_layout(prompt: Prompt, words: Words) -> ui.LayoutView:
    """Lay out a prompt: its note if it has one, the text, and why it may help in small letters."""
    texts = [f"### {words('daily_prompts.post.heading')}"]
    if prompt.note:
        texts.append(words("daily_prompts.post.note", note=prompt.note))
    texts.append(prompt.text)
    layout = ui.LayoutView(timeout=None)
    layout.add_item(ui.TextDisplay("\n".join(texts)))
    layout.add_item(ui.TextDisplay(words("daily_prompts.post.why", why=prompt.why)))
    return layout
