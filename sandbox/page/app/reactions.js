/** Counts reactions as events tell of them. */

const keyOf = (emoji) => emoji.id ?? emoji.name;

/** The form in which the control API takes an emoji. */
export function emojiText(emoji) {
  return emoji.id ? `${emoji.name}:${emoji.id}` : emoji.name;
}

/** What people read for an emoji: the character itself, or a custom one's name. */
export function emojiShown(emoji) {
  if (!emoji) return "";
  return emoji.id ? `:${emoji.name}:` : emoji.name;
}

/** The message after somebody reacted ("add", "remove") or the reactions were taken away ("clear", "clear all"). */
export function withReaction(message, data, change, me) {
  const before = message.reactions ?? [];
  if (change === "clear all") return { ...message, reactions: [] };
  const key = keyOf(data.emoji);
  if (change === "clear") return { ...message, reactions: before.filter((one) => keyOf(one.emoji) !== key) };
  const mine = data.user_id === me;
  const found = before.find((one) => keyOf(one.emoji) === key);
  // My own reaction is known already when the answer to a fetch overtook its event.
  if (mine && (found?.me ?? false) === (change === "add")) return message;
  const count = (found?.count ?? 0) + (change === "add" ? 1 : -1);
  const after = { emoji: data.emoji, ...found, count, me: mine ? change === "add" : (found?.me ?? false) };
  if (!found) return { ...message, reactions: [...before, after] };
  return { ...message, reactions: before.map((one) => (one === found ? after : one)).filter((one) => one.count > 0) };
}
