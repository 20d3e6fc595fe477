/**
 * What one person sees: servers, channels, messages, kept up to date by the event stream.
 *
 * It tells of changes by events: `state` (anything in the lists), `messages` (of the open channel), `arrived` (one new message), `typing`,
 * `modal`, `failed` (an interaction), `connection`, `settled` (the bot did something).
 */

import { api, listen } from "./api.js";
import { later } from "./dom.js";
import { byId, channelName, isCategory, isThread, newer } from "./names.js";
import { withReaction } from "./reactions.js";
import { now, setNow } from "./time.js";

const PAGE = 50;
const RELOAD_AFTER = 120;
const READ_AFTER = 400;
const TYPING_LASTS = 9000;

export class Session extends EventTarget {
  constructor(person, wanted) {
    super();
    Object.assign(this, { person, wanted, me: null, guilds: [], dms: [], current: null, online: null });
    this.channels = new Map();
    this.guildOf = new Map();
    this.messages = new Map();
    this.early = new Map(); // what arrives while a channel's messages are fetched for the first time
    this.limits = new Map();
    this.unread = new Map();
    this.drafts = new Map();
    this.typing = new Map();
    this.markReadSoon = later(() => this.markRead(), READ_AFTER);
    this.reloadSoon = later(() => this.reload(), RELOAD_AFTER);
  }

  /** Listen (again); everything is fetched anew as soon as the connection is there. */
  resume() {
    if (this.stopped || this.stopListening) return;
    this.stopListening = listen(this.person, {
      event: (event) => this.take(event),
      up: () => this.reload(true),
      down: () => this.lost(),
    });
  }

  /** Let go of the connection: browsers allow only six to one server, and a page in the background shall not hold two of them. */
  pause() {
    this.stopListening?.();
    this.stopListening = null;
  }

  stop() {
    this.pause();
    this.stopped = true;
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** The connection went; perhaps because the sandbox was started anew and this person is no longer there. */
  async lost() {
    this.setOnline(false);
    try {
      const { people } = await api.get("people");
      if (!people.some((person) => person.id === this.person)) this.tell("connection", { online: false, gone: true });
    } catch {
      // Not there at all: the connection is tried again anyway.
    }
  }

  setOnline(online, reason) {
    if (this.online === online && !reason) return;
    this.online = online;
    this.tell("connection", { online, reason });
  }

  /** Fetch everything anew; `again` after a (re)connection, when messages may have been missed. */
  async reload(again) {
    let state;
    try {
      state = await api.get("state", { as: this.person });
    } catch (error) {
      this.setOnline(false, error.message);
      return;
    }
    if (this.stopped) return;
    this.takeState(state);
    this.setOnline(true);
    if (again) this.messages.clear();
    if (!this.channels.has(this.current)) this.current = this.firstChannel();
    this.unread.set(this.current, 0);
    this.tell("state");
    if (this.current && !this.messages.has(this.current)) await this.fetchMessages(this.current);
    else this.tell("messages");
  }

  takeState(state) {
    Object.assign(this, { me: state.me, guilds: state.guilds, dms: state.dms });
    this.takesDms = state.dms_open ?? true;
    if (state.clock) setNow(state.clock);
    this.channels.clear();
    this.guildOf.clear();
    for (const guild of state.guilds) {
      for (const channel of [...guild.channels, ...guild.threads]) {
        this.channels.set(channel.id, channel);
        this.guildOf.set(channel.id, guild);
      }
    }
    for (const channel of state.dms) this.channels.set(channel.id, channel);
    for (const [id, channel] of this.channels) this.unread.set(id, channel.unread ?? this.unread.get(id) ?? 0);
  }

  firstChannel() {
    if (this.wanted && this.channels.has(this.wanted)) return this.wanted;
    const open = (channel) => !isCategory(channel) && !isThread(channel);
    const inOrder = this.guilds.flatMap((guild) =>
      guild.channels.filter(open).sort((one, other) => one.position - other.position),
    );
    const busy = inOrder.find((channel) => channel.last_message_id);
    return (busy ?? inOrder[0] ?? this.dms[0])?.id ?? null;
  }

  async fetchMessages(channel) {
    const limit = this.limits.get(channel) ?? PAGE;
    if (!this.early.has(channel)) this.early.set(channel, []);
    try {
      const { messages } = await api.get("messages", { as: this.person, channel, limit });
      // An event may have overtaken the answer: what is newer than the answer's end stays.
      const last = messages.at(-1)?.id ?? "0";
      const known = this.messages.get(channel) ?? this.early.get(channel) ?? [];
      const overtaking = known.filter((message) => newer(message.id, last));
      this.messages.set(channel, [...messages, ...overtaking]);
      this.reasonHere = null;
    } catch (error) {
      this.reasonHere = error.message;
    }
    this.early.delete(channel);
    if (channel === this.current) this.tell("messages", { fetched: true });
  }

  async open(channel) {
    this.current = channel;
    this.unread.set(channel, 0);
    this.tell("state");
    this.tell("messages", { opened: true });
    await this.fetchMessages(channel);
  }

  async showEarlier() {
    this.limits.set(this.current, (this.limits.get(this.current) ?? PAGE) + PAGE);
    await this.fetchMessages(this.current);
  }

  /** The sandbox counts as read what was fetched; what arrived while its channel was on the screen was seen as well. */
  async markRead() {
    if (this.stopped || !this.channels.has(this.current)) return;
    try {
      await api.get("messages", { as: this.person, channel: this.current, limit: 1 });
    } catch {
      // It only stays unread then.
    }
  }

  /** Whether there may be older messages than those shown. */
  get moreAbove() {
    return (this.messages.get(this.current)?.length ?? 0) >= (this.limits.get(this.current) ?? PAGE);
  }

  get channel() {
    return this.channels.get(this.current) ?? null;
  }

  get guild() {
    return this.guildOf.get(this.current) ?? null;
  }

  get shown() {
    return this.messages.get(this.current) ?? [];
  }

  guildWith(channelId) {
    return this.guildOf.get(channelId) ?? this.guild ?? this.guilds[0] ?? null;
  }

  member(userId, guild = this.guild) {
    return guild?.members.find((member) => member.user.id === userId) ?? null;
  }

  /** A person by id, from anywhere this session knows people. */
  user(userId) {
    for (const guild of this.guilds) {
      const member = this.member(userId, guild);
      if (member) return member.user;
    }
    return (
      this.dms.flatMap((channel) => channel.recipients ?? []).find((user) => user.id === userId) ??
      (this.me?.id === userId ? this.me : null)
    );
  }

  /** Whom the open channel's people list shows. */
  peopleHere() {
    if (this.guild) return this.guild.members;
    const others = (this.channel?.recipients ?? []).filter((user) => user.id !== this.me?.id);
    return [...others, ...(this.me ? [this.me] : [])].map((user) => ({ user, roles: [] }));
  }

  nameOf(user, guild = this.guild) {
    return this.member(user?.id, guild)?.nick || user?.global_name || user?.username || "Somebody";
  }

  titleOf(channel) {
    return channelName(channel, this.me);
  }

  totalUnread() {
    return [...this.unread.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Whether a message is meant for me: my name, my role, everyone, or an answer to me that mentions me. */
  concernsMe(message) {
    if (!this.me || message.author?.id === this.me.id) return false;
    const guild = this.guildWith(message.channel_id);
    const mine = [...(this.member(this.me.id, guild)?.roles ?? []), guild?.id];
    return (
      message.mention_everyone === true ||
      (message.mentions ?? []).some((user) => user.id === this.me.id) ||
      (message.mention_roles ?? []).some((role) => mine.includes(role.id ?? role))
    );
  }

  take({ t: type, d: data }) {
    const known = HANDLERS[type];
    if (known) known(this, data);
    else if (/^(CHANNEL|THREAD|GUILD|USER)_/u.test(type)) this.reloadSoon();
  }

  put(message) {
    const list = this.messages.get(message.channel_id) ?? this.early.get(message.channel_id);
    if (!list) return;
    const at = list.findIndex((one) => one.id === message.id);
    if (at >= 0) list[at] = { ...list[at], ...message };
    else list.push(message);
    list.sort(byId);
    if (message.channel_id === this.current && this.messages.has(this.current)) this.tell("messages");
  }

  drop(channel, ids) {
    const list = this.messages.get(channel);
    if (!list) return;
    this.messages.set(
      channel,
      list.filter((message) => !ids.includes(message.id)),
    );
    if (channel === this.current) this.tell("messages");
  }

  arrived(message) {
    if (!this.channels.has(message.channel_id)) this.reloadSoon();
    this.typing.delete(message.author?.id);
    this.put(message);
    const mine = message.author?.id === this.me?.id;
    const seen = message.channel_id === this.current && document.visibilityState === "visible";
    if (!mine && !seen) this.unread.set(message.channel_id, (this.unread.get(message.channel_id) ?? 0) + 1);
    if (!mine && seen) this.markReadSoon();
    this.tell("arrived", { message, mine });
    this.tell("typing");
    this.tell("state");
  }

  types(data) {
    if (data.user_id === this.me?.id) return;
    const until = now().getTime() + TYPING_LASTS;
    this.typing.set(data.user_id, { channel: data.channel_id, until });
    setTimeout(() => {
      if (this.typing.get(data.user_id)?.until === until) this.typing.delete(data.user_id);
      this.tell("typing");
    }, TYPING_LASTS);
    this.tell("typing");
  }

  react(data, change) {
    const message = this.messages.get(data.channel_id)?.find((one) => one.id === data.message_id);
    if (message) this.put(withReaction(message, data, change, this.me?.id));
  }
}

/** What each event of the stream does. */
const HANDLERS = {
  MESSAGE_CREATE: (session, data) => {
    session.arrived(data);
    session.tell("settled");
  },
  MESSAGE_UPDATE: (session, data) => {
    session.put(data);
    session.tell("settled");
  },
  MESSAGE_DELETE: (session, data) => session.drop(data.channel_id, [data.id]),
  MESSAGE_DELETE_BULK: (session, data) => session.drop(data.channel_id, data.ids),
  MESSAGE_REACTION_ADD: (session, data) => session.react(data, "add"),
  MESSAGE_REACTION_REMOVE: (session, data) => session.react(data, "remove"),
  MESSAGE_REACTION_REMOVE_EMOJI: (session, data) => session.react(data, "clear"),
  MESSAGE_REACTION_REMOVE_ALL: (session, data) => session.react(data, "clear all"),
  TYPING_START: (session, data) => session.types(data),
  MODAL_SENT: (session, data) => session.tell("modal sent", data),
  MODAL: (session, data) => {
    session.tell("settled");
    session.tell("modal", data);
  },
  INTERACTION_FAILED: (session, data) => {
    session.tell("settled");
    session.tell("failed", data);
  },
  CLOCK: (session, data) => setNow(data.now),
};
