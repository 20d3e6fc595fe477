/** The list of servers, channels, threads and direct messages. */

import { api } from "./api.js";
import { fill, h, icon, unseen } from "./dom.js";
import { byId, channelSign, face, isCategory, userName } from "./names.js";

const byPlace = (one, other) => (one.position ?? 0) - (other.position ?? 0) || byId(one, other);

export class Sidebar {
  constructor(pane) {
    this.pane = pane;
    this.node = h("nav", { class: "sidebar", "aria-label": `Channels of ${pane.name}` });
  }

  draw() {
    const { session } = this.pane;
    const focused = this.node.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    const servers = session.guilds.map((guild) => this.server(guild));
    fill(
      this.node,
      servers.length ? servers : h("p", { class: "nothing" }, "This person is in no server."),
      this.direct(),
    );
    if (focused) this.node.querySelector(`[data-id="${focused}"]`)?.focus({ preventScroll: true });
  }

  server(guild) {
    const top = guild.channels.filter((channel) => !isCategory(channel) && !channel.parent_id).sort(byPlace);
    const categories = guild.channels.filter(isCategory).sort(byPlace);
    const group = (category) => {
      const inside = guild.channels.filter((channel) => channel.parent_id === category.id).sort(byPlace);
      return inside.length ? [h("h4", { class: "category" }, category.name), this.list(inside, guild)] : null;
    };
    const listed = new Set(categories.map((category) => category.id));
    const orphans = guild.channels
      .filter((channel) => channel.parent_id && !listed.has(channel.parent_id))
      .sort(byPlace);
    return h(
      "section",
      { class: "server" },
      h("h3", null, guild.name),
      this.list([...top, ...orphans], guild),
      categories.map(group),
    );
  }

  list(channels, guild) {
    return h(
      "ul",
      null,
      channels.map((channel) => this.channel(channel, guild)),
    );
  }

  channel(channel, guild) {
    const threads = guild.threads
      .filter((thread) => thread.parent_id === channel.id && this.isShown(thread))
      .sort(byId);
    return h(
      "li",
      null,
      this.entry(channel, [channelSign(channel, guild.id), h("span", { class: "channel-name" }, channel.name)]),
      threads.length
        ? h(
            "ul",
            { class: "threads" },
            threads.map((thread) => this.channel(thread, guild)),
          )
        : null,
    );
  }

  isShown(thread) {
    const { session } = this.pane;
    return !thread.thread_metadata?.archived || session.current === thread.id || session.unread.get(thread.id) > 0;
  }

  entry(channel, inside) {
    const { session } = this.pane;
    const count = session.unread.get(channel.id) ?? 0;
    const here = session.current === channel.id;
    const badge = count ? h("span", { class: "badge" }, count > 99 ? "99+" : count, unseen(" unread")) : null;
    return h(
      "button",
      {
        type: "button",
        class: count ? "channel has-unread" : "channel",
        "aria-current": here ? "page" : null,
        data: { id: channel.id },
        on: { click: () => this.pane.open(channel.id) },
      },
      inside,
      badge,
    );
  }

  direct() {
    const { session } = this.pane;
    const one = (channel) => {
      const other = (channel.recipients ?? []).find((user) => user.id !== session.me?.id);
      return h(
        "li",
        null,
        this.entry(channel, [
          face(other, "is-small"),
          unseen("Direct message: "),
          h("span", { class: "channel-name" }, session.titleOf(channel)),
        ]),
      );
    };
    const { bot } = this.pane;
    const known = session.dms.some((channel) => (channel.recipients ?? []).some((user) => user.id === bot.id));
    const start = known
      ? null
      : h(
          "li",
          null,
          h(
            "button",
            { type: "button", class: "channel", on: { click: () => this.messageBot() } },
            icon("plus"),
            h("span", { class: "channel-name" }, `Message ${userName(bot)}`),
          ),
        );
    return h(
      "section",
      { class: "server" },
      h("h3", null, "Direct messages"),
      h("ul", null, session.dms.map(one), start),
    );
  }

  async messageBot() {
    const { session } = this.pane;
    try {
      const channel = await api.post("dm", { as: session.person });
      await session.reload();
      this.pane.open(channel.id);
    } catch (error) {
      this.pane.tell(error.message, true);
    }
  }
}
