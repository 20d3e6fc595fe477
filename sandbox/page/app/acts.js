/** What somebody does to messages and people: the menus and their consequences. */

import { COMMAND, commandsFor } from "../forms/commands.js";
import { plainText, has, FLAG } from "../render/message.js";
import { api } from "./api.js";
import { ask } from "./dialogs.js";
import { h, uid } from "./dom.js";
import { pickEmoji } from "./emoji.js";
import { openMenu } from "./menu.js";
import { isThread, mayModerate } from "./names.js";
import { emojiText } from "./reactions.js";

async function copy(pane, id, what) {
  try {
    await navigator.clipboard.writeText(id);
    pane.tell(`${what} copied: ${id}`);
  } catch {
    pane.tell(`${what}: ${id}`);
  }
}

/** The acts of one pane, as the messages and lists call them. */
export function actsFor(pane) {
  const { session } = pane;
  const about = (message) => ({ as: session.person, channel: message.channel_id, message: message.id });

  /** Run an act on a message; its refusal is shown under that message. */
  async function onMessage(message, act) {
    try {
      await act();
    } catch (error) {
      pane.list.notice(message.id, error.message);
    }
  }

  function react(message, emoji, add) {
    return onMessage(message, () =>
      api.post(add ? "react" : "unreact", {
        ...about(message),
        emoji: typeof emoji === "string" ? emoji : emojiText(emoji),
      }),
    );
  }

  function edit(message) {
    const id = uid("edit");
    const field = h("textarea", { id, rows: "2", value: message.content });
    const close = () => {
      pane.list.edit(message.id, null);
      pane.list.items.get(message.id)?.item.focus();
    };
    const save = async () => {
      const content = field.value.trim();
      if (!content) {
        remove(message);
        return;
      }
      await onMessage(message, async () => {
        session.put(await api.post("edit", { ...about(message), content }));
        close();
      });
    };
    const keys = (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) save();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    field.addEventListener("keydown", keys);
    const press = (act) => ({ type: "button", class: "text-button", on: { click: act } });
    const editor = h(
      "div",
      { class: "editor" },
      h("label", { for: id, class: "visually-hidden" }, "Edit the message"),
      field,
      h(
        "p",
        { class: "hint" },
        "Escape to ",
        h("button", press(close), "cancel"),
        " · Enter to ",
        h("button", press(save), "save"),
      ),
    );
    pane.list.edit(message.id, editor);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  function remove(message) {
    const text = plainText(message);
    ask({
      title: "Delete this message?",
      text: text.length > 120 ? `${text.slice(0, 120)}…` : text,
      yes: "Delete",
      danger: true,
      over: pane.root,
      act: async () => {
        await api.post("delete", about(message));
        session.drop(message.channel_id, [message.id]);
      },
    });
  }

  function dismiss(message) {
    return onMessage(message, async () => {
      await api.post("dismiss", { as: session.person, message: message.id });
      session.drop(message.channel_id, [message.id]);
    });
  }

  function newThread(message) {
    const channel = session.channel;
    const fields = [
      { name: "name", label: "Name", required: true, value: message ? plainText(message).slice(0, 40) : "" },
    ];
    if (!message)
      fields.push({ name: "private", label: "Private: only people who are added see it", type: "checkbox" });
    ask({
      title: message ? "Start a thread from this message" : `New thread in #${channel.name}`,
      fields,
      yes: "Create",
      over: pane.root,
      act: async (values) => {
        const made = await api.post("thread", {
          as: session.person,
          channel: channel.id,
          ...values,
          ...(message && { message: message.id }),
        });
        await session.reload();
        pane.open(made.id);
      },
    });
  }

  /** The app's commands for a message or a person; none are offered when they cannot be fetched. */
  async function apps(type, target, name, place) {
    let commands = [];
    try {
      commands = await commandsFor(session, type);
    } catch (error) {
      place(error.message);
    }
    const run = (command) =>
      pane.interact(place, () =>
        api.post("context", { as: session.person, channel: session.current, name: command.name, target, type: name }),
      );
    return commands.map((command) => ({ label: command.name, icon: "apps", act: () => run(command) }));
  }

  async function menu(message, anchor, at) {
    const place = (text) => pane.list.notice(message.id, text);
    const hidden = has(message, FLAG.ephemeral);
    const mine = message.author.id === session.me.id && !hidden;
    const member = session.member(session.me.id);
    const ownText = mine && [0, 19].includes(message.type ?? 0);
    const canThread = session.guild && !isThread(session.channel) && !message.thread && !hidden;
    const apart = await apps(COMMAND.message, message.id, "message", place);
    const items = [
      !hidden && { label: "Add a reaction", icon: "smile", act: () => pickReaction(message, anchor) },
      !hidden && actions.canSend() && { label: "Reply", icon: "reply", act: () => pane.composer.reply(message) },
      ownText && { label: "Edit", icon: "edit", act: () => edit(message) },
      canThread && { label: "Start a thread", icon: "thread", act: () => newThread(message) },
      { label: "Copy text", icon: "copy", act: () => copy(pane, plainText(message), "Text") },
      { label: "Copy ID", icon: "copy", act: () => copy(pane, message.id, "ID") },
      hidden && { label: "Dismiss", icon: "close", act: () => dismiss(message) },
      (mine || (!hidden && mayModerate(session.guild, member))) && {
        label: "Delete",
        icon: "trash",
        danger: true,
        act: () => remove(message),
      },
    ];
    openMenu(
      anchor,
      "Message",
      [
        { items: items.filter((item) => item && item.label !== "Delete") },
        { title: "Apps", items: hidden ? [] : apart },
        { items: items.filter((item) => item?.label === "Delete") },
      ],
      at,
    );
  }

  function pickReaction(message, anchor) {
    pickEmoji(anchor, "React to this message", (emoji) => react(message, emoji, true));
  }

  async function person(user, anchor, at) {
    const place = (text) => pane.tell(text, true);
    const me = user.id === session.me.id;
    const message = async () => {
      try {
        const channel = await api.post("dm", { as: session.person, with: user.id });
        await session.reload();
        pane.open(channel.id);
      } catch (error) {
        place(error.message);
      }
    };
    const first = [
      !me && { label: "Message", icon: "message", act: message },
      actions.canSend() && {
        label: "Mention",
        icon: "mention",
        act: () => pane.composer.insert(`@${session.nameOf(user)} `),
      },
      { label: "Copy ID", icon: "copy", act: () => copy(pane, user.id, "ID") },
    ];
    const apart = session.guild ? await apps(COMMAND.user, user.id, "user", place) : [];
    openMenu(
      anchor,
      session.nameOf(user),
      [
        { title: session.nameOf(user), items: first.filter(Boolean) },
        { title: "Apps", items: apart },
      ],
      at,
    );
  }

  const actions = {
    react,
    edit,
    dismiss,
    newThread,
    menu,
    person,
    pickReaction,
    canSend: () => session.channel?.can_send !== false,
    reply: (message) => pane.composer.reply(message),
    openChannel: (id) => pane.open(id),
    jump: (id) => pane.list.jump(id) || pane.tell("That message is further up. Show earlier messages first."),
  };
  return actions;
}
