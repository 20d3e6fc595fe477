/**
 * Discord's inline Markdown as nodes: bold, italics, underline, strike, code, spoilers, links, mentions, emoji and times.
 *
 * `look` tells what ids mean: {user(id), role(id), channel(id)} give names; {onUser, onChannel, onCommand} act on a press.
 */

import { h, icon } from "../app/dom.js";
import { fullTime, stamp } from "../app/time.js";

const DEEPEST = 12;
const WORD = /[\p{L}\p{N}_]/u;

/** A hidden text that a press or key shows. */
export function spoiler(...children) {
  const inner = h("span", { class: "spoiler-text", "aria-hidden": "true", inert: true }, ...children);
  const cover = h(
    "span",
    {
      class: "spoiler",
      role: "button",
      tabindex: "0",
      "aria-label": "Spoiler, press to show",
      "aria-expanded": "false",
    },
    inner,
  );
  const show = () => {
    cover.classList.add("is-shown");
    inner.removeAttribute("aria-hidden");
    inner.removeAttribute("inert");
    for (const name of ["role", "tabindex", "aria-label", "aria-expanded"]) cover.removeAttribute(name);
  };
  cover.addEventListener("click", show);
  cover.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    show();
  });
  return cover;
}

/** A link out of the page. Nothing is loaded from there; it opens in a new tab without telling where from. */
export function outerLink(url, title, ...children) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow", title: title ?? url }, ...children);
}

const PLACE = /^https:\/\/(?:\w+\.)?discord(?:app)?\.com\/channels\/(?:@me|\d+)\/(\d+)(?:\/(\d+))?\/?$/u;

/** The channel and message that an address of Discord's names, if this person can see them here: such links lead inside the sandbox. */
export function placeOf(url, look) {
  const match = PLACE.exec(url ?? "");
  const name = match && look.channel(match[1]);
  return name && look.onPlace
    ? { name, open: () => look.onPlace(match[1], match[2]), isMessage: match[2] !== undefined }
    : null;
}

/** A link as written: to a place in here, or out of the page. */
function link(url, look, title, words) {
  const place = placeOf(url, look);
  if (!place) return outerLink(url, title, words ?? url);
  return pressable("mention", words ?? `#${place.name}${place.isMessage ? " › message" : ""}`, place.open);
}

function pressable(className, text, act) {
  return act
    ? h("button", { type: "button", class: className, on: { click: act } }, text)
    : h("span", { class: className }, text);
}

/** A custom emoji has no picture here: its name stands for it. */
export function customEmoji(name) {
  return h("span", { class: "emoji-name", title: "A server's own emoji; the sandbox shows its name" }, `:${name}:`);
}

function time(unix, style) {
  const date = new Date(Number(unix) * 1000);
  if (Number.isNaN(date.getTime())) return "Invalid date";
  const extra = style === "R" ? { data: { relative: "" } } : {};
  return h(
    "time",
    { class: "stamp", datetime: date.toISOString(), title: fullTime(date), ...extra },
    stamp(date, style),
  );
}

const wrap = (tag) => (match, look, depth) => h(tag, null, inline(match[1], look, depth + 1));
const startsWord = (text, at) => at === 0 || !WORD.test(text[at - 1]);

/** In this order at every place; the first that fits is taken. `before` may refuse a place. */
const RULES = [
  { at: "\\", pattern: /\\([^\p{L}\p{N}\s])/uy, make: (match) => match[1] },
  { at: "`", pattern: /(`+)([\s\S]*?[^`])\1(?!`)/y, make: (match) => h("code", null, match[2]) },
  { at: "|", pattern: /\|\|([\s\S]+?)\|\|/y, make: (match, look, depth) => spoiler(inline(match[1], look, depth + 1)) },
  {
    at: "*",
    pattern: /\*\*\*([\s\S]+?)\*\*\*/y,
    make: (match, look, depth) => h("strong", null, h("em", null, inline(match[1], look, depth + 1))),
  },
  { at: "*", pattern: /\*\*([\s\S]+?)\*\*(?!\*)/y, make: wrap("strong") },
  { at: "*", pattern: /\*(?![\s*])((?:[^*]|\*\*)+?)\*(?!\*)/y, make: wrap("em") },
  { at: "_", pattern: /__([\s\S]+?)__(?!_)/y, make: wrap("u") },
  {
    at: "_",
    pattern: /_(?![\s_])((?:[^_]|__|_(?=[\p{L}\p{N}]))+?)_(?![\p{L}\p{N}_])/uy,
    make: wrap("em"),
    before: startsWord,
  },
  { at: "~", pattern: /~~([\s\S]+?)~~/y, make: wrap("s") },
  {
    at: "[",
    pattern: /\[((?:\\.|[^[\]\\])+)\]\(<?(https?:\/\/[^\s<>)]+)>?(?:\s+"([^"]*)")?\)/y,
    make: (match, look, depth) =>
      link(match[2], look, match[3] ? `${match[3]} (${match[2]})` : match[2], inline(match[1], look, depth + 1)),
  },
  { at: "<", pattern: /<(https?:\/\/[^\s<>]+)>/y, make: (match, look) => link(match[1], look) },
  {
    at: "<",
    pattern: /<(\+[\d ()-]{3,20})>/y,
    make: (match) => h("a", { href: `tel:${match[1].replace(/[^+\d]/gu, "")}` }, match[1]),
  },
  {
    at: "<",
    pattern: /<([^\s@<>]+@[^\s@<>]+\.[^\s@<>]+)>/y,
    make: (match) => h("a", { href: `mailto:${match[1]}` }, match[1]),
  },
  {
    at: "<",
    pattern: /<@!?(\d+)>/y,
    make: (match, look) =>
      pressable(
        look.isMe?.(match[1]) ? "mention is-me" : "mention",
        `@${look.user(match[1])}`,
        look.onUser && ((event) => look.onUser(match[1], event.currentTarget)),
      ),
  },
  {
    at: "<",
    pattern: /<@&(\d+)>/y,
    make: (match, look) =>
      pressable(look.isMyRole?.(match[1]) ? "mention is-me" : "mention", `@${look.role(match[1])}`),
  },
  {
    at: "<",
    pattern: /<#(\d+)>/y,
    make: (match, look) => {
      const name = look.channel(match[1]);
      return pressable(
        "mention",
        name ? `#${name}` : "#a channel you cannot see",
        name && look.onChannel && (() => look.onChannel(match[1])),
      );
    },
  },
  {
    at: "<",
    pattern: /<\/([^:<>]+):(\d+)>/y,
    make: (match, look) => pressable("mention", `/${match[1]}`, look.onCommand && (() => look.onCommand(match[1]))),
  },
  { at: "<", pattern: /<a?:(\w+):\d+>/y, make: (match) => customEmoji(match[1]) },
  { at: "<", pattern: /<t:(-?\d+)(?::([tTdDfFsSR]))?>/y, make: (match) => time(match[1], match[2] ?? "f") },
  { at: "@", pattern: /@(everyone|here)(?![\w])/y, make: (match) => pressable("mention is-me", match[0]) },
  {
    at: "h",
    pattern: /https?:\/\/[^\s<>]*[^\s<>.,:;!?"')\]|*_~]/y,
    before: startsWord,
    make: (match, look) => link(match[0], look),
  },
];
const STARTS = new Set(RULES.map((rule) => rule.at));

function firstRule(text, at) {
  for (const rule of RULES) {
    if (rule.at !== text[at] || (rule.before && !rule.before(text, at))) continue;
    rule.pattern.lastIndex = at;
    const match = rule.pattern.exec(text);
    if (match) return { rule, match };
  }
  return null;
}

/** The nodes and strings of one run of text. */
export function inline(text, look, depth = 0) {
  if (depth > DEEPEST) return [text];
  const parts = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = STARTS.has(text[at]) ? firstRule(text, at) : null;
    if (found) {
      const made = found.rule.make(found.match, look, depth);
      if (typeof made === "string") plain += made;
      else {
        parts.push(plain, made);
        plain = "";
      }
      at += found.match[0].length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  parts.push(plain);
  return parts.filter((part) => part !== "");
}

/** An emoji beside a label: its character, or the name of a custom one. */
export function emojiNode(emoji) {
  if (!emoji?.name) return null;
  return emoji.id ? customEmoji(emoji.name) : h("span", { class: "emoji", "aria-hidden": "true" }, emoji.name);
}

/** A small mark: icon and words. */
export function mark(name, text, className) {
  return h("span", { class: `mark ${className ?? ""}` }, icon(name), text);
}
