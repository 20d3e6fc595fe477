/** The button and list of a select: one or several values, with a filter for long lists. Used in messages and in modals. */

import { fill, h, icon, uid, unseen } from "../app/dom.js";
import { closePopup, openPopup } from "../app/popup.js";
import { emojiNode } from "../render/inline.js";

const FILTER_FROM = 9;

function defaultsOf(component, options) {
  const ids = (component.default_values ?? []).map((one) => one.id);
  return options.filter((option) => option.default || ids.includes(option.value)).map((option) => option.value);
}

/** The open list. Calls `done(values)` when a choice is made, `done(null)` when it was left without. */
class Listbox {
  constructor({ options, chosen, min, max, label, done }) {
    Object.assign(this, { options, min, max, done, chosen: new Set(chosen), many: max > 1, active: 0, shown: options });
    this.id = uid("options");
    this.status = h("p", { class: "picker-status", role: "status" });
    this.list = h("div", {
      role: "listbox",
      id: this.id,
      class: "options",
      "aria-label": label,
      "aria-multiselectable": String(this.many),
    });
    const needsFilter = options.length >= FILTER_FROM;
    this.filter = needsFilter
      ? h("input", {
          type: "text",
          class: "picker-filter",
          placeholder: "Search",
          autocomplete: "off",
          role: "combobox",
          "aria-expanded": "true",
          "aria-controls": this.id,
          "aria-label": `Search: ${label}`,
          on: { input: () => this.narrow() },
        })
      : null;
    this.holder = this.filter ?? this.list;
    if (!this.filter) this.list.tabIndex = 0;
    const confirm = this.many
      ? h("button", { type: "button", class: "button is-primary", on: { click: () => this.finish() } }, "Done")
      : null;
    this.node = h(
      "div",
      { class: "picker-box", on: { keydown: (event) => this.key(event) } },
      this.filter,
      this.list,
      h("div", { class: "picker-foot" }, this.status, confirm),
    );
    this.active = Math.max(
      0,
      options.findIndex((option) => this.chosen.has(option.value)),
    );
    this.drawOptions();
  }

  narrow() {
    const words = this.filter.value.trim().toLowerCase();
    this.shown = this.options.filter((option) =>
      `${option.label} ${option.description ?? ""}`.toLowerCase().includes(words),
    );
    this.active = 0;
    this.drawOptions();
  }

  drawOptions() {
    const one = (option, at) => {
      const chosen = this.chosen.has(option.value);
      const about = option.description ? h("span", { class: "option-about" }, option.description) : null;
      return h(
        "div",
        {
          role: "option",
          id: `${this.id}-${at}`,
          class: at === this.active ? "option is-active" : "option",
          "aria-selected": String(chosen),
          on: { click: () => this.choose(at), pointermove: () => this.activate(at) },
        },
        h("span", { class: this.many ? "tick is-box" : "tick" }, chosen ? icon("check") : null),
        h(
          "span",
          { class: "option-words" },
          h("span", { class: "option-label" }, emojiNode(option.emoji), option.label),
          about,
        ),
      );
    };
    fill(this.list, this.shown.length ? this.shown.map(one) : h("p", { class: "nothing" }, "Nothing fits."));
    this.holder.setAttribute("aria-activedescendant", this.shown.length ? `${this.id}-${this.active}` : "");
    if (this.many) this.status.textContent = `${this.chosen.size} of at most ${this.max} chosen`;
  }

  activate(at) {
    if (at === this.active || !this.shown[at]) return;
    this.list.children[this.active]?.classList.remove("is-active");
    this.active = at;
    this.list.children[at].classList.add("is-active");
    this.list.children[at].scrollIntoView({ block: "nearest" });
    this.holder.setAttribute("aria-activedescendant", `${this.id}-${at}`);
  }

  choose(at) {
    const option = this.shown[at];
    if (!option) return;
    if (!this.many) {
      this.chosen = new Set(this.min === 0 && this.chosen.has(option.value) ? [] : [option.value]);
      this.finish();
    } else if (!this.chosen.has(option.value) && this.chosen.size >= this.max) {
      this.status.textContent = `Not more than ${this.max}. Take one away first.`;
    } else {
      if (!this.chosen.delete(option.value)) this.chosen.add(option.value);
      this.active = at;
      this.drawOptions();
    }
  }

  finish() {
    if (this.chosen.size < this.min) {
      this.status.textContent = `Choose at least ${this.min}.`;
      return;
    }
    this.finished = true;
    closePopup();
    this.done(this.options.filter((option) => this.chosen.has(option.value)).map((option) => option.value));
  }

  key(event) {
    if (event.target.closest("button")) return;
    const last = this.shown.length - 1;
    const to = {
      ArrowDown: Math.min(this.active + 1, last),
      ArrowUp: Math.max(this.active - 1, 0),
      Home: 0,
      End: last,
    }[event.key];
    if (to !== undefined) this.activate(to);
    else if (event.key === "Enter" || (event.key === " " && !this.filter))
      this.many && event.key === "Enter" ? this.finish() : this.choose(this.active);
    else if (event.key === "Tab" && !this.many) closePopup();
    else if (!this.filter && event.key.length === 1) this.byLetter(event.key.toLowerCase());
    else return;
    event.preventDefault();
  }

  byLetter(letter) {
    const order = [...this.shown.keys()].map((step) => (this.active + 1 + step) % this.shown.length);
    const at = order.find((one) => this.shown[one].label.toLowerCase().startsWith(letter));
    if (at !== undefined) this.activate(at);
  }
}

/**
 * A select as a button that opens its list. `options()` gives [{value, label, description?, emoji?, default?}].
 * `onDone(values, button)` is told of every change. The button's `chosen` holds the values.
 */
export function selectButton({ component, options, label, onDone, labelledBy, describedBy }) {
  const all = options();
  const words = h("span", { class: "select-words" });
  const own = uid("select");
  const control = h(
    "button",
    {
      type: "button",
      id: own,
      class: "select-button",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-labelledby": labelledBy ? `${labelledBy} ${own}` : null,
      "aria-describedby": describedBy,
      disabled: component.disabled,
      data: { key: component.custom_id },
    },
    words,
    icon("chevron"),
  );
  control.chosen = defaultsOf(component, all);
  const show = (known) => {
    const names = control.chosen.map((value) => known.find((option) => option.value === value)?.label ?? value);
    words.classList.toggle("is-empty", names.length === 0);
    fill(words, names.length ? names.join(", ") : label, labelledBy || !names.length ? null : unseen(` (${label})`));
  };
  const open = () => {
    const now = options();
    const max = Math.min(component.max_values ?? 1, Math.max(now.length, 1));
    const done = (values) => {
      control.chosen = values;
      show(now);
      onDone?.(values, control);
    };
    const box = new Listbox({ options: now, chosen: control.chosen, min: component.min_values ?? 1, max, label, done });
    control.setAttribute("aria-expanded", "true");
    openPopup(control, box.node, { sameWidth: true, onClose: () => control.setAttribute("aria-expanded", "false") });
    box.holder.focus();
    box.list.children[box.active]?.scrollIntoView({ block: "nearest" });
  };
  control.addEventListener("click", () => (control.getAttribute("aria-expanded") === "true" ? closePopup() : open()));
  show(all);
  return control;
}
