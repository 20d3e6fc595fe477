/** Messages that nobody wrote: what happened, in one line. */

import { h, icon } from "../app/dom.js";

const named = (session, user) => h("strong", null, session.nameOf(user));
const first = (message) => message.mentions?.[0];

/** The name of a new thread; it opens the thread for those who can see it. */
function threadName(message, session, actions) {
  const id = message.message_reference?.channel_id;
  if (!session.channels.has(id)) return h("strong", null, message.content);
  return h(
    "button",
    { type: "button", class: "text-button", on: { click: () => actions.openChannel(id) } },
    message.content,
  );
}

/** Message type -> [icon, (message, session, actions) -> words]. */
const LINES = {
  1: ["people", (message, session) => [named(session, message.author), " added ", named(session, first(message)), "."]],
  2: [
    "people",
    (message, session) => [named(session, message.author), " removed ", named(session, first(message)), "."],
  ],
  4: [
    "edit",
    (message, session) => [named(session, message.author), " changed the name: ", h("strong", null, message.content)],
  ],
  6: ["info", (message, session) => [named(session, message.author), " pinned a message."]],
  7: ["people", (message, session) => [named(session, message.author), " joined the server."]],
  18: [
    "thread",
    (message, session, actions) => [
      named(session, message.author),
      " started a thread: ",
      threadName(message, session, actions),
    ],
  ],
};

/** The line of a system message, or null for a message that somebody wrote. */
export function systemLine(message, session, actions) {
  const known = LINES[message.type];
  if (!known) return null;
  return h("p", { class: "system-line" }, icon(known[0]), h("span", null, known[1](message, session, actions)));
}
