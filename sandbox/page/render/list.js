/** The messages of the open channel: grouped, with lines between days, patched in place so that focus and reading position stay. */

import { fill, h, iconButton } from "../app/dom.js";
import { dayName, sameDay } from "../app/time.js";
import { messageItem } from "./message.js";

const GROUP_WITHIN = 7 * 60_000;
const NEAR_END = 80;
const PLAIN = new Set([0]);

function grouped(message, before) {
  if (
    !before ||
    !PLAIN.has(message.type ?? 0) ||
    !PLAIN.has(before.type ?? 0) ||
    message.message_reference ||
    message.interaction_metadata
  )
    return false;
  const gap = Date.parse(message.timestamp) - Date.parse(before.timestamp);
  return (
    message.author.id === before.author.id &&
    gap < GROUP_WITHIN &&
    ((message.flags ?? 0) & 64) === ((before.flags ?? 0) & 64)
  );
}

export class MessageList {
  /** `context` is what messageItem needs; `contextMenu(message, at)` opens a message's menu. */
  constructor(context) {
    this.context = context;
    this.items = new Map();
    this.notices = new Map();
    this.editors = new Map();
    this.active = null;
    this.list = h("ol", {
      class: "messages",
      on: {
        keydown: (event) => this.key(event),
        contextmenu: (event) => this.rightClick(event),
        focusin: (event) => this.focused(event),
      },
    });
    this.above = h("div", { class: "above-all" });
    this.scroller = h("div", { class: "scroller", on: { scroll: () => this.scrolled() } }, this.above, this.list);
    this.toEnd = h(
      "button",
      { type: "button", class: "to-end", hidden: true, on: { click: () => this.scrollToEnd() } },
      "Newest messages",
    );
    this.pinned = true;
    new ResizeObserver(() => this.pinned && this.scrollToEnd()).observe(this.list);
  }

  get nodes() {
    return [this.scroller, this.toEnd];
  }

  /** Draw `messages`; `top` is what stands above the first. Items whose message did not change stay as they are. */
  draw(messages, top, { opened } = {}) {
    if (opened) this.forget();
    const wasFocused = this.focusKey();
    fill(this.above, top);
    const nodes = [];
    const kept = new Map();
    messages.forEach((message, at) => {
      const before = messages[at - 1];
      const newDay = !before || !sameDay(new Date(message.timestamp), new Date(before.timestamp));
      if (newDay) nodes.push(this.dayLine(message));
      const entry = this.entry(message, !newDay && grouped(message, before));
      kept.set(message.id, entry);
      nodes.push(entry.item);
    });
    this.items = kept;
    this.place(nodes);
    this.restoreFocus(wasFocused);
    this.roving();
    if (this.pinned) this.scrollToEnd();
  }

  dayLine(message) {
    const date = new Date(message.timestamp);
    return h("li", { class: "day" }, h("h4", null, h("time", { datetime: message.timestamp }, dayName(date))));
  }

  entry(message, isGrouped) {
    const notice = this.notices.get(message.id) ?? "";
    const editor = this.editors.get(message.id);
    const version =
      JSON.stringify([message, isGrouped, notice, this.context.session.nameOf(message.author)]) +
      (editor ? "editing" : "");
    const known = this.items.get(message.id);
    if (known?.version === version) return known;
    const item = messageItem(message, { grouped: isGrouped }, this.context);
    if (editor) item.querySelector(".content")?.replaceWith(editor);
    if (notice) item.querySelector("article").append(this.noticeLine(message.id, notice));
    return { version, item };
  }

  noticeLine(id, text) {
    const close = iconButton("close", "Hide this notice", () => this.notice(id, null));
    return h("p", { class: "notice", role: "alert" }, h("span", null, text), close);
  }

  /** Put the nodes in order, moving only what is out of place. */
  place(nodes) {
    const wanted = new Set(nodes);
    for (const child of [...this.list.children]) if (!wanted.has(child)) child.remove();
    let next = this.list.firstChild;
    for (const node of nodes) {
      if (node === next) next = next.nextSibling;
      else this.list.insertBefore(node, next);
    }
  }

  /** Show why something about a message did not work, below it. */
  notice(id, text) {
    if (text) this.notices.set(id, text);
    else this.notices.delete(id);
    this.context.redraw();
    if (text) this.items.get(id)?.item.scrollIntoView({ block: "nearest" });
  }

  edit(id, editor) {
    if (editor) this.editors.set(id, editor);
    else this.editors.delete(id);
    this.context.redraw();
  }

  forget() {
    this.items.clear();
    this.notices.clear();
    this.editors.clear();
    this.active = null;
    this.pinned = true;
    this.list.replaceChildren();
  }

  scrollToEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.pinned = true;
    this.toEnd.hidden = true;
  }

  scrolled() {
    const rest = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight;
    this.pinned = rest < NEAR_END;
    this.toEnd.hidden = this.pinned;
  }

  jump(id) {
    const item = this.items.get(id)?.item;
    if (!item) return false;
    this.pinned = false;
    this.activate(item);
    item.scrollIntoView({ block: "center" });
    item.focus({ preventScroll: true });
    item.classList.add("is-pointed-at");
    setTimeout(() => item.classList.remove("is-pointed-at"), 2000);
    return true;
  }

  /** One message is the list's single tab stop; the arrow keys move it. */
  roving() {
    const items = [...this.items.values()].map((entry) => entry.item);
    const active = this.items.get(this.active)?.item ?? items.at(-1);
    for (const item of items) this.stop(item, item === active);
  }

  stop(item, isStop) {
    item.tabIndex = isStop ? 0 : -1;
    for (const tool of item.querySelectorAll(".tools button, .author")) tool.tabIndex = isStop ? 0 : -1;
  }

  activate(item) {
    const before = this.items.get(this.active)?.item;
    if (before) this.stop(before, false);
    this.active = item.dataset.id;
    this.roving();
  }

  focused(event) {
    const item = event.target;
    if (item.matches(".message") && item.dataset.id !== this.active) this.activate(item);
  }

  key(event) {
    const item = event.target.closest(".message");
    if (!item) return;
    if (
      event.key === "ContextMenu" ||
      (event.key === "F10" && event.shiftKey) ||
      (event.key === "Enter" && event.target === item)
    ) {
      event.preventDefault();
      this.context.actions.menu(this.messageOf(item), item.querySelector("[data-role=more]"));
      return;
    }
    if (event.target !== item) return;
    const items = [...this.items.values()].map((entry) => entry.item);
    const at = items.indexOf(item);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined || !items[to]) return;
    event.preventDefault();
    items[to].focus();
  }

  rightClick(event) {
    const item = event.target.closest(".message");
    if (!item || event.target.closest("a, textarea, input") || String(getSelection())) return;
    event.preventDefault();
    this.context.actions.menu(this.messageOf(item), item.querySelector("[data-role=more]"), {
      x: event.clientX,
      y: event.clientY,
    });
  }

  messageOf(item) {
    return this.context.session.shown.find((message) => message.id === item.dataset.id);
  }

  /** Where the focus is, in words that survive a redraw: which message, which control. */
  focusKey() {
    const item = document.activeElement?.closest?.(".message");
    if (!item || !this.list.contains(item)) return null;
    return { id: item.dataset.id, item, key: document.activeElement.dataset.key };
  }

  restoreFocus(was) {
    if (!was || was.item.isConnected) return;
    const item = this.items.get(was.id)?.item ?? [...this.items.values()].at(-1)?.item;
    if (!item) return;
    const control =
      was.key &&
      [...item.querySelectorAll("[data-key]")].find((node) => node.dataset.key === was.key && !node.disabled);
    (control ?? item).focus({ preventScroll: true });
  }
}
