/** Where somebody writes: text, files, replies, and slash commands with their options. */

import { api } from "../app/api.js";
import { fill, h, icon, iconButton, say, uid } from "../app/dom.js";
import { pickEmoji } from "../app/emoji.js";
import { isCategory } from "../app/names.js";
import { matching, slashCommands } from "./commands.js";
import { Files } from "./files.js";
import { CommandForm } from "./options.js";
import { Suggest } from "./suggest.js";

const LIMIT = 2000;
const COUNT_FROM = 1800;
const AT = /(^|\s)([@#])([^\s@#]*)$/u;

export class Composer {
  /** `pane` gives session, interact(place, act) and the list. */
  constructor(pane) {
    this.pane = pane;
    this.session = pane.session;
    this.replyTo = null;
    this.error = h("p", { class: "form-error", role: "alert", hidden: true });
    this.replyBar = h("div", { class: "reply-bar", hidden: true });
    this.files = new Files({
      describe: true,
      onChange: () => this.filesChanged(),
      onRefused: (text) => this.fail(text),
    });
    this.buildField();
    this.buildFiles();
    this.suggest = new Suggest(this.field, "Suggestions", (item) => this.take(item));
    this.send = h(
      "button",
      { type: "submit", class: "icon-button send", "aria-label": "Send", title: "Send (Enter)" },
      icon("send"),
    );
    this.smile = iconButton("smile", "Put an emoji in", (event) =>
      pickEmoji(event.currentTarget, "Emoji for the message", (emoji) => this.insert(emoji), { above: true }),
    );
    this.row = h(
      "form",
      { class: "write-row", on: { submit: (event) => this.submit(event) } },
      this.attach,
      this.picked,
      this.label,
      this.field,
      this.smile,
      this.send,
    );
    this.formHolder = h("div");
    this.closed = h("p", { class: "closed", hidden: true }, icon("lock"), h("span"));
    this.node = h(
      "div",
      { class: "composer" },
      this.suggest.node,
      this.error,
      this.replyBar,
      this.files.node,
      this.spoilerRow,
      this.formHolder,
      this.row,
      this.counter,
      this.closed,
    );
  }

  buildField() {
    const id = uid("write");
    this.label = h("label", { for: id, class: "visually-hidden" }, "Message");
    this.field = h("textarea", {
      id,
      rows: "1",
      "aria-describedby": `${id}-count`,
      on: { input: () => this.typed(), keydown: (event) => this.key(event), paste: (event) => this.paste(event) },
    });
    this.counter = h("p", { class: "counter", id: `${id}-count`, hidden: true });
  }

  buildFiles() {
    this.picked = h("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files to attach" });
    this.picked.addEventListener("change", () => {
      this.files.add(this.picked.files);
      this.picked.value = "";
    });
    this.attach = iconButton("plus", "Attach files", () => this.picked.click());
    const id = uid("spoiler");
    this.spoiler = h("input", { type: "checkbox", id });
    this.spoilerRow = h(
      "div",
      { class: "spoiler-row", hidden: true },
      this.spoiler,
      h("label", { for: id }, "Hide the files as a spoiler"),
    );
  }

  filesChanged() {
    if (this.spoilerRow) this.spoilerRow.hidden = this.files.list.length === 0;
  }

  /** A channel was opened (or may be written in no more): show its draft. */
  show(channel) {
    const title = this.session.titleOf(channel);
    const sign = this.session.guildOf.has(channel.id) ? "#" : "@";
    const locked = channel.can_send === false || channel.thread_metadata?.locked === true;
    this.field.placeholder = `Message ${sign}${title}`;
    this.label.textContent = `Message ${sign}${title}. Type a slash for commands.`;
    this.row.hidden = locked || Boolean(this.form);
    this.closed.hidden = !locked;
    this.closed.lastChild.textContent = "You can read here but not write.";
    if (this.shown === channel.id) return;
    this.shown = channel.id;
    this.field.value = this.session.drafts.get(channel.id) ?? "";
    this.cancelReply();
    this.closeForm();
    this.suggest.hide();
    this.fail(null);
    this.grow();
  }

  fail(text) {
    say(this.error, text);
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    const length = [...this.field.value].length;
    this.counter.hidden = length < COUNT_FROM;
    this.counter.textContent =
      length > LIMIT ? `${length - LIMIT} characters too long` : `${LIMIT - length} characters left`;
    this.counter.classList.toggle("is-over", length > LIMIT);
  }

  typed() {
    this.session.drafts.set(this.session.current, this.field.value);
    this.fail(null);
    this.grow();
    const before = this.field.value.slice(0, this.field.selectionStart);
    const at = AT.exec(before);
    if (/^\/[^\n]*$/u.test(this.field.value)) this.suggestCommands();
    else if (at) this.suggestNames(at[2], at[3].toLowerCase());
    else this.suggest.hide();
  }

  async suggestCommands() {
    const typed = this.field.value.slice(1);
    try {
      if (!this.commands || typed === "" || this.commandsOf !== this.session.current) {
        this.commandsOf = this.session.current;
        this.commands = await slashCommands(this.session);
      }
    } catch (error) {
      this.fail(error.message);
      return;
    }
    if (!this.field.value.startsWith("/")) return;
    const found = matching(this.commands, this.field.value.slice(1));
    const items = found.map((command) => ({
      command,
      label: `/${command.path}`,
      about: command.description,
      extra: command.options
        .filter((option) => option.required)
        .map((option) => option.name)
        .join(", "),
    }));
    this.suggest.show("Commands", items, "No command fits that you may use here.");
  }

  suggestNames(sign, typed) {
    const { session } = this;
    const people = () =>
      session.peopleHere().map(({ user }) => ({
        insert: `@${session.nameOf(user)}`,
        label: `@${session.nameOf(user)}`,
        about: user.bot ? "App" : user.username,
      }));
    const channels = () =>
      (session.guild?.channels ?? [])
        .filter((channel) => !isCategory(channel))
        .map((channel) => ({ insert: `#${channel.name}`, label: `#${channel.name}` }));
    const items = (sign === "@" ? people() : channels()).filter((item) =>
      item.label.slice(1).toLowerCase().startsWith(typed),
    );
    if (items.length) this.suggest.show(sign === "@" ? "People" : "Channels", items.slice(0, 8));
    else this.suggest.hide();
  }

  take(item) {
    if (item.command) {
      this.openForm(item.command);
      return;
    }
    const before = this.field.value.slice(0, this.field.selectionStart).replace(AT, (whole, space) => space);
    const after = this.field.value.slice(this.field.selectionStart);
    this.field.value = `${before}${item.insert} ${after}`;
    this.field.selectionStart = before.length + item.insert.length + 1;
    this.field.selectionEnd = this.field.selectionStart;
    this.typed();
  }

  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.focus();
    this.typed();
  }

  key(event) {
    if (event.isComposing || this.suggest.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.row.requestSubmit();
    } else if (event.key === "Escape" && this.replyTo) {
      this.cancelReply();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      event.preventDefault();
      this.pane.editLast();
    }
  }

  paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.files.add(files);
  }

  reply(message) {
    this.replyTo = message;
    const cancel = iconButton("close", "Do not reply", () => this.cancelReply());
    fill(
      this.replyBar,
      icon("reply"),
      h("span", null, "Replying to ", h("strong", null, this.session.nameOf(message.author))),
      cancel,
    );
    this.replyBar.hidden = false;
    this.field.focus();
  }

  cancelReply() {
    this.replyTo = null;
    this.replyBar.hidden = true;
  }

  /** What was typed with names as Discord sends it, with ids. */
  withIds(text) {
    const { session } = this;
    const people = session.peopleHere().map(({ user }) => [`@${session.nameOf(user)}`, `<@${user.id}>`]);
    const guild = session.guild;
    const roles = (guild?.roles ?? [])
      .filter((role) => role.id !== guild.id)
      .map((role) => [`@${role.name}`, `<@&${role.id}>`]);
    const channels = (guild?.channels ?? []).map((channel) => [`#${channel.name}`, `<#${channel.id}>`]);
    const all = [...people, ...roles, ...channels].sort(([one], [other]) => other.length - one.length);
    return all.reduce((done, [name, id]) => done.replaceAll(name, id), text);
  }

  async submit(event) {
    event.preventDefault();
    const written = this.field.value.trim();
    if (!written && !this.files.list.length) return;
    if (this.sending) return;
    if ([...written].length > LIMIT) {
      this.fail(`A message holds ${LIMIT} characters. Shorten it, or send it in two parts.`);
      return;
    }
    if (/^\/\S/u.test(written) && !this.files.list.length) {
      this.fail(
        "Choose a command from the list (arrow keys, then Enter). To send this as plain text, put a space before the slash.",
      );
      this.suggestCommands();
      return;
    }
    await this.sendMessage(this.field.value.startsWith(" /") ? written : this.withIds(written));
  }

  async sendMessage(content) {
    const { session } = this;
    const channel = session.current;
    this.sending = true;
    try {
      const files = await this.files.packed();
      const body = { as: session.person, channel, content };
      if (this.replyTo) body.reply_to = this.replyTo.id;
      if (files.length) Object.assign(body, { files, spoiler: this.spoiler.checked });
      const message = await api.post("say", body);
      session.put(message);
      session.drafts.delete(channel);
      this.sent();
    } catch (error) {
      this.fail(error.message);
    } finally {
      this.sending = false;
    }
  }

  sent() {
    this.field.value = "";
    this.files.clear();
    this.spoiler.checked = false;
    this.cancelReply();
    this.fail(null);
    this.grow();
    this.pane.list.scrollToEnd();
  }

  openForm(command) {
    const done = (sent) => {
      this.closeForm();
      if (sent) this.field.value = "";
      this.session.drafts.delete(this.session.current);
      this.grow();
      this.field.focus();
    };
    this.fail(null);
    this.form = new CommandForm(this.pane, command, done);
    fill(this.formHolder, this.form.node);
    this.row.hidden = true;
    this.form.focus();
  }

  closeForm() {
    this.form = null;
    this.formHolder.replaceChildren();
    this.row.hidden = !this.closed.hidden;
  }

  /** Open a command's form by its name, as a pressed command mention does. */
  async openCommand(path) {
    try {
      const command = (await slashCommands(this.session)).find((one) => one.path === path);
      if (command) this.openForm(command);
      else this.fail(`You cannot use /${path} here.`);
    } catch (error) {
      this.fail(error.message);
    }
  }
}
