/** One message as a list item. */

import { h, icon, iconButton, unseen } from "../app/dom.js";
import { appMark, face } from "../app/names.js";
import { emojiShown } from "../app/reactions.js";
import { fullTime, shortTime } from "../app/time.js";
import { draw } from "./components.js";
import { embedNode } from "./embeds.js";
import { mark } from "./inline.js";
import { markdown, preview } from "./markdown.js";
import { attachments } from "./media.js";
import { systemLine } from "./system.js";

export const FLAG = { suppressEmbeds: 1 << 2, ephemeral: 1 << 6, loading: 1 << 7, silent: 1 << 12, v2: 1 << 15 };
const AUTOMOD = 24;
const THREAD_STARTER = 21;

export const has = (message, flag) => ((message.flags ?? 0) & flag) !== 0;

/** All text of a message, also that inside Components V2, for previews and for screen readers. */
export function plainText(message) {
  const texts = [];
  const walk = (components) => {
    for (const component of components ?? []) {
      if (component.content) texts.push(component.content);
      walk(component.components);
    }
  };
  if (message.content) texts.push(message.content);
  walk(message.components);
  for (const embed of message.embeds ?? []) texts.push([embed.title, embed.description].filter(Boolean).join(". "));
  if (!texts.join("") && message.attachments?.length)
    texts.push(`File: ${message.attachments.map((file) => file.filename).join(", ")}`);
  return texts.join("\n");
}

function commandLine(message, session) {
  const meta = message.interaction_metadata ?? message.interaction;
  const name = message.interaction?.name ?? meta?.name;
  const user = meta?.user ?? message.interaction?.user;
  if (!name || !user || (meta.type ?? 2) !== 2) return null;
  const slash = message.type === 23 ? "" : "/";
  return h(
    "p",
    { class: "above" },
    icon("slash"),
    h(
      "span",
      null,
      h("strong", null, session.nameOf(user)),
      " used ",
      h("span", { class: "command-name" }, `${slash}${name}`),
    ),
  );
}

function replyLine(message, session, look, onJump) {
  if (message.type !== 19 && !(message.message_reference && message.type === 0)) return null;
  const target = message.referenced_message;
  if (!target)
    return h("p", { class: "above" }, icon("reply"), h("em", null, "The message answered here was deleted."));
  const text = preview(plainText(target), look) || "a message without text";
  const jump = h("button", { type: "button", class: "quote", on: { click: () => onJump(target.id) } }, text);
  return h(
    "p",
    { class: "above" },
    icon("reply"),
    unseen("Reply to "),
    h("strong", null, session.nameOf(target.author)),
    jump,
  );
}

function heading(message, session, actions) {
  const date = new Date(message.timestamp);
  const open = (event) => actions.person(message.author, event.currentTarget);
  return h(
    "header",
    { class: "message-head" },
    h(
      "h4",
      null,
      h(
        "button",
        { type: "button", class: "author", tabindex: "-1", on: { click: open } },
        session.nameOf(message.author),
      ),
      appMark(message.author),
    ),
    h("time", { class: "sent", datetime: message.timestamp, title: fullTime(date) }, shortTime(date)),
    has(message, FLAG.silent) ? mark("bellOff", "sent silently") : null,
  );
}

function body(message, context) {
  if (has(message, FLAG.loading)) {
    return h(
      "p",
      { class: "thinking" },
      h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
      `${context.session.nameOf(message.author)} is thinking…`,
    );
  }
  const edited = message.edited_timestamp
    ? h("span", { class: "edited", title: fullTime(new Date(message.edited_timestamp)) }, "(edited)")
    : null;
  const parts = [];
  if (message.content) parts.push(h("div", { class: "content" }, markdown(message.content, context.look), edited));
  if (!has(message, FLAG.suppressEmbeds))
    parts.push((message.embeds ?? []).map((embed) => embedNode(embed, context.look, message.attachments)));
  parts.push(attachments(message));
  if (message.components?.length) parts.push(h("div", { class: "components" }, draw(message.components, context)));
  if (!message.content && edited) parts.push(edited);
  return parts;
}

function reactions(message, actions) {
  if (!message.reactions?.length) return null;
  const one = (reaction) => {
    const name = emojiShown(reaction.emoji);
    const press = () => actions.react(message, reaction.emoji, !reaction.me);
    const label = `${name}: ${reaction.count}${reaction.me ? ", yours" : ""}`;
    return h(
      "button",
      {
        type: "button",
        class: "reaction",
        "aria-pressed": String(reaction.me === true),
        "aria-label": label,
        data: { key: `react ${name}` },
        on: { click: press },
      },
      name,
      h("span", { class: "count" }, reaction.count),
    );
  };
  return h("div", { class: "reactions", role: "group", "aria-label": "Reactions" }, message.reactions.map(one));
}

function onlyForMe(message, actions) {
  if (!has(message, FLAG.ephemeral)) return null;
  const dismiss = h(
    "button",
    { type: "button", class: "text-button", on: { click: () => actions.dismiss(message) } },
    "Dismiss",
  );
  return h(
    "p",
    { class: "only-me" },
    icon("eye"),
    "Only you can see this",
    h("span", { "aria-hidden": "true" }, "·"),
    dismiss,
  );
}

function threadLine(message, actions) {
  if (!message.thread) return null;
  const open = () => actions.openChannel(message.thread.id);
  return h(
    "p",
    { class: "thread-line" },
    h(
      "button",
      { type: "button", class: "text-button", on: { click: open } },
      icon("thread"),
      `Thread: ${message.thread.name}`,
    ),
  );
}

function tools(message, actions) {
  const more = iconButton("more", "More for this message", (event) => actions.menu(message, event.currentTarget), {
    "aria-haspopup": "menu",
    tabindex: "-1",
    data: { role: "more" },
  });
  if (has(message, FLAG.ephemeral)) return h("div", { class: "tools" }, more);
  return h(
    "div",
    { class: "tools" },
    iconButton("smile", "Add a reaction", (event) => actions.pickReaction(message, event.currentTarget), {
      tabindex: "-1",
    }),
    actions.canSend() ? iconButton("reply", "Reply", () => actions.reply(message), { tabindex: "-1" }) : null,
    more,
  );
}

function starter(message) {
  return message.type === THREAD_STARTER && message.referenced_message
    ? { ...message.referenced_message, id: message.id, channel_id: message.channel_id }
    : message;
}

/**
 * The list item. `place`: {grouped} (same author as the one above); `context`: {session, look, actions, act, optionsFor}.
 * Keys on a focused message are handled by the list.
 */
export function messageItem(given, { grouped }, context) {
  const message = starter(given);
  const { session, actions } = context;
  const line = systemLine(message, session, actions);
  const classes = [
    "message",
    grouped && "is-grouped",
    session.concernsMe(message) && "concerns-me",
    has(message, FLAG.ephemeral) && "is-ephemeral",
    line && "is-system",
  ];
  const item = h("li", { class: classes.filter(Boolean).join(" "), tabindex: "-1", data: { id: message.id } });
  const drawing = {
    ...context,
    files: message.attachments,
    act: (component, values, control) => context.act(message, component, values, control),
    optionsFor: (component) => context.optionsFor(component, message),
  };
  const time = h(
    "time",
    { class: "side-time", datetime: message.timestamp, "aria-hidden": "true" },
    shortTime(new Date(message.timestamp)),
  );
  item.append(
    ...[commandLine(message, session), replyLine(message, session, context.look, actions.jump)].filter(Boolean),
    grouped || line ? time : face(message.author),
    h(
      "article",
      null,
      ...[
        grouped || line
          ? unseen(`${session.nameOf(message.author)}, ${shortTime(new Date(message.timestamp))}: `)
          : heading(message, session, actions),
      ],
      message.type === AUTOMOD ? mark("warning", "Held back by the server's word filter") : null,
      line ?? body(message, drawing),
      reactions(message, actions),
      threadLine(message, actions),
      onlyForMe(message, actions),
    ),
    tools(message, actions),
  );
  return item;
}
