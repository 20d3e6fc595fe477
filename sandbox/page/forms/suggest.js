/** A list of suggestions over a text field: the field keeps the focus, arrow keys choose, Enter or Tab takes. */

import { fill, h, uid } from "../app/dom.js";

export class Suggest {
  /** `field` is the input or text area; `onTake(item)` gets the chosen one. Items: {label, about?, extra?, ...}. */
  constructor(field, name, onTake) {
    Object.assign(this, { field, onTake, items: [], active: 0 });
    this.id = uid("suggest");
    this.title = h("div", { class: "suggest-title", "aria-hidden": "true" });
    this.list = h("div", { role: "listbox", id: this.id, "aria-label": name, class: "options" });
    this.status = h("div", { class: "visually-hidden", role: "status" });
    this.box = h("div", { class: "suggest", hidden: true }, this.title, this.list);
    this.node = h("div", { class: "suggest-holder" }, this.box, this.status);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.id);
    // A text area may not be a combobox; it is told of the list by the status line instead.
    this.isCombobox = field.tagName === "INPUT";
    if (this.isCombobox) field.setAttribute("role", "combobox");
    this.expanded(false);
    field.addEventListener("blur", () =>
      setTimeout(() => this.node.contains(document.activeElement) || this.hide(), 150),
    );
  }

  expanded(is) {
    if (this.isCombobox) this.field.setAttribute("aria-expanded", String(is));
  }

  get isOpen() {
    return !this.box.hidden;
  }

  show(title, items, empty = "Nothing fits.") {
    this.items = items;
    this.active = 0;
    this.title.textContent = title;
    this.box.hidden = false;
    this.expanded(true);
    this.status.textContent = items.length ? `${items.length} to choose from` : empty;
    this.empty = empty;
    this.draw();
  }

  draw() {
    const one = (item, at) =>
      h(
        "div",
        {
          role: "option",
          id: `${this.id}-${at}`,
          "aria-selected": String(at === this.active),
          class: at === this.active ? "option is-active" : "option",
          on: { pointerdown: (event) => this.press(event, item) },
        },
        h(
          "span",
          { class: "option-words" },
          h("span", { class: "option-label" }, item.label),
          item.about ? h("span", { class: "option-about" }, item.about) : null,
        ),
        item.extra ? h("span", { class: "option-extra" }, item.extra) : null,
      );
    fill(this.list, this.items.length ? this.items.map(one) : h("p", { class: "nothing" }, this.empty));
    this.mark();
  }

  mark() {
    [...this.list.children].forEach((node, at) => {
      node.classList.toggle("is-active", at === this.active && this.items.length > 0);
      node.setAttribute("aria-selected", String(at === this.active));
    });
    if (!this.items.length) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
    return this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
  }

  press(event, item) {
    event.preventDefault();
    this.take(item);
  }

  take(item) {
    this.hide();
    this.onTake(item);
  }

  hide() {
    this.box.hidden = true;
    this.expanded(false);
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Handle a key of the field; true if it was meant for the list. */
  key(event) {
    if (!this.isOpen) return false;
    const count = this.items.length;
    if (event.key === "Escape") this.hide();
    else if (event.key === "ArrowDown" && count) this.active = (this.active + 1) % count;
    else if (event.key === "ArrowUp" && count) this.active = (this.active - 1 + count) % count;
    else if ((event.key === "Enter" || event.key === "Tab") && count) this.take(this.items[this.active]);
    else return false;
    if (this.isOpen) this.mark();
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
