/** Names, faces and kinds of the things in Discord's JSON. */

import { h, icon, unseen } from "./dom.js";

export const KIND = { text: 0, dm: 1, voice: 2, group: 3, category: 4, news: 5, stage: 13, forum: 15, media: 16 };
const VIEW_CHANNEL = 1n << 10n;
const MANAGE_MESSAGES = 1n << 13n;
const ADMINISTRATOR = 1n << 3n;
const COLOURS = 8;

export const isThread = (channel) => channel.type >= 10 && channel.type <= 12;
export const isDirect = (channel) => channel.type === KIND.dm || channel.type === KIND.group;
export const isCategory = (channel) => channel.type === KIND.category;

/** Whether id `one` was made after id `other` (ids are numbers too long for JavaScript's own). */
export function newer(one, other) {
  return one.length === other.length ? one > other : one.length > other.length;
}

export const byId = (one, other) => (newer(one.id, other.id) ? 1 : newer(other.id, one.id) ? -1 : 0);

export function userName(user) {
  return user?.global_name || user?.username || user?.name || "Somebody";
}

export function memberName(member, user) {
  return member?.nick || userName(member?.user ?? user);
}

/** The name of a channel without its sign; a direct message is called after the other people in it. */
export function channelName(channel, me) {
  if (!isDirect(channel)) return channel.name;
  const others = (channel.recipients ?? []).filter((user) => user.id !== me?.id);
  return channel.name || others.map(userName).join(", ") || "Direct message";
}

/** Whether not everybody in the server may see this channel. */
export function isPrivate(channel, guildId) {
  if (channel.type === 12) return true;
  const everyone = (channel.permission_overwrites ?? []).find((rule) => rule.id === guildId);
  return everyone !== undefined && (BigInt(everyone.deny ?? 0) & VIEW_CHANNEL) !== 0n;
}

/** Whether this member may delete what others wrote (the server decides in the end; this only chooses what the menu offers). */
export function mayModerate(guild, member) {
  if (!guild || !member) return false;
  if (guild.owner_id === member.user.id) return true;
  const roles = (guild.roles ?? []).filter((role) => role.id === guild.id || member.roles.includes(role.id));
  const rights = roles.reduce((sum, role) => sum | BigInt(role.permissions ?? 0), 0n);
  return (rights & (MANAGE_MESSAGES | ADMINISTRATOR)) !== 0n;
}

/** A small number that always is the same for the same text (FNV-1a). */
function digest(text) {
  let sum = 2166136261;
  for (const sign of text) sum = Math.imul(sum ^ sign.codePointAt(0), 16777619) >>> 0;
  return sum >>> 8;
}

/** A round face with initials; its colour follows from the id. */
export function face(user, size) {
  const words = userName(user).match(/[\p{L}\p{N}]+/gu) ?? ["?"];
  const initials = words
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");
  const tone = digest(String(user?.id ?? "")) % COLOURS;
  return h(
    "span",
    { class: `face tone-${tone} ${size ?? ""}`, "aria-hidden": "true" },
    user?.bot ? icon("apps") : initials,
  );
}

/** "APP" behind the name of a bot. */
export function appMark(user) {
  return user?.bot ? h("span", { class: "app-mark" }, "App") : null;
}

/** The sign before a channel's name, with its meaning for screen readers. */
export function channelSign(channel, guildId) {
  if (isThread(channel)) {
    return [
      icon(channel.type === 12 ? "lock" : "thread"),
      unseen(channel.type === 12 ? "Private thread: " : "Thread: "),
    ];
  }
  if (isDirect(channel)) return [icon("mention"), unseen("Direct message: ")];
  if (isPrivate(channel, guildId)) return [icon("lock"), unseen("Private channel: ")];
  if (channel.type === KIND.news) return [icon("news"), unseen("Announcements: ")];
  if (channel.type === KIND.voice || channel.type === KIND.stage) return [icon("volume"), unseen("Voice channel: ")];
  if (channel.type === KIND.forum || channel.type === KIND.media) return [icon("forum"), unseen("Forum: ")];
  return [icon("hash"), unseen("Channel: ")];
}

export function fileSize(bytes) {
  if (!(bytes >= 0)) return "";
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1_048_576 ? `${Math.round(bytes / 1024)} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

/** Where a picture or file can be fetched: only from this sandbox. Null for anything elsewhere, which is never loaded. */
export function localUrl(url, attachments) {
  if (!url) return null;
  if (url.startsWith("attachment://")) {
    const name = url.slice("attachment://".length);
    const found = (attachments ?? []).find((file) => file.filename === name);
    return found ? localUrl(found.url) : null;
  }
  let parsed;
  try {
    parsed = new URL(url, location.origin);
  } catch {
    return null;
  }
  const here = ["127.0.0.1", "localhost", "[::1]"].includes(parsed.hostname) && parsed.port === location.port;
  return here ? parsed.pathname + parsed.search : null;
}
