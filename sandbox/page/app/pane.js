/** One complete chat view: who you are, channels, messages, people, and where you write. */

import { selectOptions } from "../forms/choices.js";
import { Composer } from "../forms/composer.js";
import { Modal } from "../forms/modal.js";
import { MessageList } from "../render/list.js";
import { plainText } from "../render/message.js";
import { preview } from "../render/markdown.js";
import { actsFor } from "./acts.js";
import { api } from "./api.js";
import { fill, focusable, h, icon, iconButton, uid } from "./dom.js";
import { Members } from "./members.js";
import { channelSign, face, isDirect, isThread, userName } from "./names.js";
import { Session } from "./session.js";
import { Sidebar } from "./sidebar.js";

const BUSY_AT_MOST = 3500;
const FAILS_WITHIN = 4000;
const TOLD_FOR = 6000;
const LOG_KEEPS = 30;

export class Pane {
  /** `slot`: "left" or "right"; `people` and `bot` as the sandbox gives them; `onPerson(id)` is called when somebody else is chosen. */
  constructor({ slot, people, bot, onPerson, onChange }) {
    Object.assign(this, { slot, people, bot, onPerson, onChange });
    this.busy = new Set();
    this.places = new Map();
    this.buildFrame();
  }

  buildFrame() {
    const choose = uid("you-are");
    this.title = h("h2", { class: "visually-hidden" });
    this.chosenFace = h("span");
    const option = (person) =>
      h("option", { value: person.id }, [person.name, person.about].filter(Boolean).join(" · "));
    this.chooser = h(
      "select",
      { id: choose, on: { change: () => this.onPerson(this.chooser.value) } },
      this.people.map(option),
    );
    this.drawer = iconButton("menu", "Channels", () => this.toggleDrawer(), {
      class: "icon-button open-drawer",
      "aria-expanded": "false",
    });
    const head = h(
      "header",
      { class: "pane-head" },
      this.drawer,
      this.chosenFace,
      h("div", { class: "you-are" }, h("label", { for: choose }, "You are"), this.chooser),
    );
    this.lost = h("p", { class: "lost", role: "alert", hidden: true });
    this.told = h("p", { class: "told", role: "status" });
    this.log = h("div", { class: "visually-hidden", role: "log", "aria-live": "polite", "aria-label": "New messages" });
    this.body = h("div", { class: "pane-body" });
    this.root = h(
      "section",
      { class: `pane is-${this.slot}`, on: { focusin: () => this.onChange("used") } },
      this.title,
      head,
      this.lost,
      this.body,
      this.told,
      this.log,
    );
  }

  get person() {
    return this.session?.person;
  }

  /** Become somebody: everything below the header is built anew. */
  play(personId, channel) {
    this.session?.stop();
    const person = this.people.find((one) => one.id === personId);
    this.name = person.name;
    this.session = new Session(personId, channel);
    this.look = this.lookUp();
    this.actions = actsFor(this);
    this.buildBody();
    this.chooser.value = personId;
    fill(this.chosenFace, face({ id: person.id, username: person.name }));
    this.root.setAttribute("aria-label", `View of ${person.name}`);
    this.title.textContent = `View of ${person.name}`;
    this.log.replaceChildren();
    this.listenTo(this.session);
    this.session.resume();
  }

  buildBody() {
    this.sidebar = new Sidebar(this);
    this.members = new Members(this);
    this.list = new MessageList({
      session: this.session,
      look: this.look,
      actions: this.actions,
      act: (message, component, values, control) => this.press(message, component, values, control),
      optionsFor: (component) => selectOptions(component, this.session),
      redraw: () => this.drawMessages(),
    });
    this.composer = new Composer(this);
    this.typing = h("p", { class: "typing", "aria-live": "off" });
    this.channelTitle = h("h3", { tabindex: "-1" });
    this.topic = h("p", { class: "topic" });
    this.newThread = iconButton("thread", "New thread", () => this.actions.newThread());
    this.peopleButton = iconButton("people", "People here", () => this.toggleMembers(), {
      class: "icon-button open-members",
      "aria-expanded": "false",
    });
    const head = h("div", { class: "channel-head" }, this.channelTitle, this.topic, this.newThread, this.peopleButton);
    this.chat = h("div", { class: "chat" }, head, this.list.nodes, this.typing, this.composer.node);
    this.shade = h("div", { class: "shade", on: { click: () => this.closeDrawers() } });
    fill(this.body, this.sidebar.node, this.chat, this.members.node, this.shade);
    this.body.addEventListener("keydown", (event) => event.key === "Escape" && this.closeDrawers());
  }

  /** What ids in texts mean, for the renderer. */
  lookUp() {
    const { session } = this;
    const role = (id) =>
      session.guilds.flatMap((guild) => guild.roles).find((one) => one.id === id)?.name ?? "unknown role";
    return {
      isMe: (id) => id === session.me?.id,
      isMyRole: (id) => session.member(session.me?.id)?.roles.includes(id) === true,
      user: (id) =>
        session.user(id)
          ? session.nameOf(session.user(id))
          : id === this.bot.id
            ? userName(this.bot)
            : "unknown person",
      role,
      channel: (id) => (session.channels.has(id) ? session.titleOf(session.channels.get(id)) : null),
      onUser: (id, anchor) => session.user(id) && this.actions.person(session.user(id), anchor),
      onChannel: (id) => this.open(id),
      onPlace: (channel, message) => this.openAt(channel, message),
      onCommand: (path) => this.composer.openCommand(path),
    };
  }

  listenTo(session) {
    const on = (name, act) =>
      session.addEventListener(name, (event) => session === this.session && act(event.detail ?? {}));
    on("state", () => this.drawState());
    on("messages", (detail) => this.drawMessages(detail));
    on("typing", () => this.drawTyping());
    on("arrived", (detail) => this.announce(detail.message));
    on("modal", (data) => {
      this.form = new Modal(this, data);
      this.form.show();
    });
    on("modal sent", (data) => this.form?.sentElsewhere(data.id));
    on("failed", (data) => this.failed(data));
    on("settled", () => this.settle());
    on("connection", (detail) => this.drawConnection(detail));
  }

  drawState() {
    const { channel, guild, me } = this.session;
    this.sidebar.draw();
    this.members.draw();
    this.onChange("state");
    if (me) fill(this.chosenFace, face(me));
    if (!channel) {
      fill(this.channelTitle, "Nothing to see here yet");
      this.composer.node.hidden = true;
      return;
    }
    this.composer.node.hidden = false;
    fill(this.channelTitle, channelSign(channel, guild?.id), this.session.titleOf(channel));
    this.topic.textContent =
      channel.topic ??
      (isThread(channel) ? `Thread in #${this.session.channels.get(channel.parent_id)?.name ?? "a channel"}` : "");
    this.newThread.hidden = !guild || isThread(channel) || channel.can_send === false;
    this.composer.show(channel);
    this.list.list.setAttribute("aria-label", `Messages in ${this.session.titleOf(channel)}`);
  }

  drawMessages(detail = {}) {
    const { session } = this;
    this.list.draw(session.shown, this.topOfList(), detail);
    this.drawTyping();
  }

  topOfList() {
    const { session } = this;
    if (session.reasonHere) return h("p", { class: "form-error", role: "alert" }, session.reasonHere);
    if (!session.messages.has(session.current)) return session.channel ? h("p", { class: "hint" }, "Loading…") : null;
    if (session.moreAbove)
      return h(
        "button",
        { type: "button", class: "text-button", on: { click: () => session.showEarlier() } },
        "Show earlier messages",
      );
    const place = session.channel ?? {};
    const before = isDirect(place) ? "your direct messages with " : isThread(place) ? "" : "#";
    return h(
      "p",
      { class: "beginning" },
      "This is the beginning of ",
      before,
      h("strong", null, session.channel ? session.titleOf(session.channel) : ""),
      ".",
    );
  }

  drawTyping() {
    const { session } = this;
    const names = [...session.typing]
      .filter(([, entry]) => entry.channel === session.current)
      .map(([id]) => this.look.user(id));
    fill(
      this.typing,
      names.length
        ? [
            h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
            `${names.join(", ")} ${names.length > 1 ? "are" : "is"} typing…`,
          ]
        : null,
    );
  }

  drawConnection({ online, reason, gone }) {
    this.lost.hidden = online !== false;
    if (online !== false) return;
    const words = gone
      ? "The sandbox was started anew, and this person is no longer there."
      : (reason ?? "The connection to the sandbox was lost. Trying again…");
    const again = h(
      "button",
      { type: "button", class: "text-button", on: { click: () => location.reload() } },
      "Start afresh",
    );
    fill(this.lost, icon("warning"), h("span", null, words), gone ? again : null);
  }

  announce(message) {
    const { session } = this;
    const where =
      message.channel_id === session.current
        ? ""
        : ` in ${session.titleOf(session.channels.get(message.channel_id) ?? { name: "another channel" })}`;
    this.log.append(
      h(
        "p",
        null,
        `${session.nameOf(message.author)}${where}: ${preview(plainText(message), this.look).slice(0, 300)}`,
      ),
    );
    while (this.log.children.length > LOG_KEEPS) this.log.firstChild.remove();
  }

  /** A short word to the person here, e.g. that something was copied. */
  tell(text, isError) {
    clearTimeout(this.toldTimer);
    this.told.textContent = text;
    this.told.classList.toggle("is-error", isError === true);
    this.toldTimer = setTimeout(() => (this.told.textContent = ""), TOLD_FOR);
  }

  open(channel) {
    if (!this.session.me) {
      this.session.wanted = channel;
      return;
    }
    if (!this.session.channels.has(channel)) {
      this.tell(
        `${this.session.me ? this.session.nameOf(this.session.me) : "This person"} cannot see that channel.`,
        true,
      );
      return;
    }
    const fromDrawer =
      this.sidebar.node.contains(document.activeElement) && this.body.classList.contains("shows-channels");
    this.closeDrawers();
    const opened = this.session.open(channel);
    if (fromDrawer) this.channelTitle.focus();
    this.onChange("opened");
    return opened;
  }

  /** Go to a message, in this channel or another. */
  async openAt(channel, message) {
    if (channel !== this.session.current) await this.open(channel);
    if (message) this.actions.jump(message);
  }

  toggleDrawer() {
    const open = this.body.classList.toggle("shows-channels");
    this.drawer.setAttribute("aria-expanded", String(open));
    if (open) focusable(this.sidebar.node)[0]?.focus();
  }

  toggleMembers() {
    const open = this.body.classList.toggle("shows-members");
    this.peopleButton.setAttribute("aria-expanded", String(open));
    if (open) focusable(this.members.node)[0]?.focus();
  }

  closeDrawers() {
    const inside = [this.sidebar, this.members].some((part) => part.node.contains(document.activeElement));
    const wasOpen = this.body.classList.contains("shows-channels")
      ? this.drawer
      : this.body.classList.contains("shows-members")
        ? this.peopleButton
        : null;
    this.body.classList.remove("shows-channels", "shows-members");
    for (const control of [this.drawer, this.peopleButton]) control.setAttribute("aria-expanded", "false");
    if (wasOpen && inside) wasOpen.focus();
  }

  /**
   * Do something that the app must answer. `place(text)` shows why it did not work, near where it was started; it may be called later,
   * when the app fails. True when the sandbox took it.
   */
  async interact(place, act, within = FAILS_WITHIN) {
    const entry = { place, until: performance.now() + within };
    this.latest = entry;
    try {
      const { interaction } = await act();
      this.places.set(interaction, entry);
      setTimeout(() => this.places.delete(interaction), within * 2);
      return true;
    } catch (error) {
      place(error.message);
      return false;
    }
  }

  press(message, component, values, control) {
    this.list.notices.delete(message.id);
    control.setAttribute("aria-busy", "true");
    this.busy.add(control);
    setTimeout(() => this.settle(control), BUSY_AT_MOST);
    const body = { as: this.person, channel: message.channel_id, message: message.id, custom_id: component.custom_id };
    if (values) body.values = values;
    const place = (text) => {
      this.settle(control);
      this.list.notice(message.id, text);
    };
    return this.interact(place, () => api.post("press", body));
  }

  settle(only) {
    for (const control of only ? [only] : this.busy) {
      control.removeAttribute("aria-busy");
      this.busy.delete(control);
    }
  }

  failed({ interaction, message }) {
    const recent = this.latest && this.latest.until > performance.now() ? this.latest : null;
    const { place } = this.places.get(interaction) ?? recent ?? { place: (text) => this.composer.fail(text) };
    place(message || "This interaction failed: the app did not answer in time.");
  }

  /** The page came back on the screen: what is open counts as read. */
  seen() {
    this.session?.resume();
    if (!this.session?.current) return;
    this.session.unread.set(this.session.current, 0);
    this.drawState();
  }

  editLast() {
    const mine = this.session.shown.filter(
      (message) => message.author.id === this.session.me.id && [0, 19].includes(message.type ?? 0),
    );
    if (mine.length) this.actions.edit(mine.at(-1));
  }

  close() {
    this.session?.stop();
    this.root.remove();
  }
}
