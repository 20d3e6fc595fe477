/** The form of a slash command: one field for each option, checked before it is sent. */

import { api, packed } from "../app/api.js";
import { h, icon, iconButton, later, say, uid } from "../app/dom.js";
import { optionChoices } from "./choices.js";
import { Files } from "./files.js";
import { selectButton } from "./picker.js";
import { Suggest } from "./suggest.js";

const TYPE = { text: 3, whole: 4, truth: 5, user: 6, channel: 7, role: 8, mentionable: 9, number: 10, file: 11 };
const NUMBERS = [TYPE.whole, TYPE.number];
const ASK_AFTER = 150;

/** "1 to 10", "at most 200 characters": what an option allows, in words. */
function limits(option) {
  const { min_value: low, max_value: high, min_length: shortest, max_length: longest } = option;
  const words = [];
  if (low !== undefined && high !== undefined) words.push(`${low} to ${high}`);
  else if (low !== undefined) words.push(`${low} or more`);
  else if (high !== undefined) words.push(`${high} or less`);
  if (shortest > 1) words.push(`at least ${shortest} characters`);
  if (longest) words.push(`at most ${longest} characters`);
  return words.join(", ");
}

function numberFault(option, text) {
  const value = Number(text);
  if (!Number.isFinite(value) || (option.type === TYPE.whole && !Number.isInteger(value))) {
    return option.type === TYPE.whole ? "Write a whole number." : "Write a number.";
  }
  if (value < (option.min_value ?? -Infinity) || value > (option.max_value ?? Infinity))
    return `It must be ${limits(option)}.`;
  return null;
}

function textFault(option, text) {
  const { length } = [...text];
  return length < (option.min_length ?? 0) || length > (option.max_length ?? 6000)
    ? `It must have ${limits(option)}.`
    : null;
}

/** A typed option; with autocomplete, the app is asked while typing. */
class Typed {
  constructor(option, form) {
    this.option = option;
    this.isNumber = NUMBERS.includes(option.type);
    this.node = h("input", { type: "text", autocomplete: "off", inputmode: this.isNumber ? "decimal" : null });
    this.parts = [this.node];
    if (option.autocomplete) this.complete(form);
  }

  complete(form) {
    this.suggest = new Suggest(this.node, `Suggestions for ${this.option.name}`, (item) => this.take(item));
    this.parts.push(this.suggest.node);
    const ask = later(() => this.ask(form), ASK_AFTER);
    this.node.addEventListener("input", () => {
      this.taken = null;
      ask();
    });
    this.node.addEventListener("focus", ask);
    this.node.addEventListener("keydown", (event) => this.suggest.key(event));
  }

  async ask(form) {
    const asked = this.node.value;
    try {
      const { choices } = await form.complete(this.option.name, asked);
      if (document.activeElement !== this.node || this.node.value !== asked || this.taken) return;
      this.suggest.show(
        "Suggestions",
        choices.map((choice) => ({ label: choice.name, choice })),
        "The app has no suggestion for this.",
      );
    } catch (error) {
      form.fail(error.message);
    }
  }

  take({ choice }) {
    this.node.value = choice.name;
    this.taken = choice;
  }

  get value() {
    if (this.taken) return this.taken.value;
    const text = this.node.value.trim();
    if (!text) return undefined;
    return this.isNumber ? Number(text) : text;
  }

  fault() {
    const text = this.node.value.trim();
    if (!text || this.taken) return null;
    return this.isNumber ? numberFault(this.option, text) : textFault(this.option, text);
  }
}

/** An option picked from a list: its choices, yes or no, people, channels, roles. */
class Picked {
  constructor(option, form, labels) {
    const all = option.choices
      ? option.choices.map((choice) => ({ value: choice.value, label: choice.name }))
      : option.type === TYPE.truth
        ? [
            { value: true, label: "Yes" },
            { value: false, label: "No" },
          ]
        : optionChoices(option, form.pane.session);
    const component = { min_values: option.required ? 1 : 0, max_values: 1 };
    this.node = selectButton({ component, options: () => all, label: "Choose", ...labels });
    this.parts = [this.node];
  }

  get value() {
    return this.node.chosen[0];
  }

  fault() {
    return null;
  }
}

class Attached {
  constructor(option, form) {
    this.files = new Files({ most: 1, onRefused: (text) => form.fail(text) });
    this.node = h("input", { type: "file" });
    this.node.addEventListener("change", () => {
      this.files.clear();
      this.files.add(this.node.files);
    });
    this.parts = [this.node];
  }

  get value() {
    return this.files.list[0];
  }

  fault() {
    return null;
  }
}

function widget(option, form, labels) {
  if (option.type === TYPE.file) return new Attached(option, form);
  const typed = !option.choices && [TYPE.text, ...NUMBERS].includes(option.type);
  return typed ? new Typed(option, form) : new Picked(option, form, labels);
}

export class CommandForm {
  /** `done(sent)` is called when the form is sent or left. */
  constructor(pane, command, done) {
    Object.assign(this, { pane, command, done, channel: pane.session.current });
    const title = uid("command");
    this.error = h("p", { class: "form-error", role: "alert", hidden: true });
    this.rows = command.options.map((option) => this.buildRow(option));
    this.run = h("button", { type: "submit", class: "button is-primary" }, icon("send"), "Run");
    this.node = h(
      "form",
      {
        class: "command-form",
        "aria-labelledby": title,
        on: { submit: (event) => this.submit(event), keydown: (event) => this.key(event) },
      },
      h(
        "div",
        { class: "command-head" },
        icon("slash"),
        h("h4", { id: title }, `/${command.path}`),
        h("p", null, command.description),
        iconButton("close", "Leave this command", () => done(false)),
      ),
      this.rows.map(({ row }) => row),
      this.error,
      h("div", { class: "command-foot" }, h("p", { class: "hint" }, "Enter runs it, Escape leaves it"), this.run),
    );
  }

  buildRow(option) {
    const ids = { label: uid("label"), about: uid("about"), fault: uid("fault") };
    const field = widget(option, this, { labelledBy: ids.label, describedBy: `${ids.about} ${ids.fault}` });
    field.node.id ||= uid("option");
    field.node.setAttribute("aria-describedby", `${ids.about} ${ids.fault}`);
    if (option.required) field.node.setAttribute("aria-required", "true");
    const fault = h("p", { class: "field-error", id: ids.fault, hidden: true });
    field.node.addEventListener("input", () => {
      fault.hidden = true;
      field.node.setAttribute("aria-invalid", "false");
    });
    const allowed = limits(option);
    const row = h(
      "div",
      { class: "field-row" },
      h(
        "label",
        { for: field.node.id, id: ids.label },
        option.name,
        h("span", { class: "hint" }, option.required ? " required" : " optional"),
      ),
      h(
        "p",
        { class: "field-about", id: ids.about },
        option.description,
        allowed ? h("span", { class: "hint" }, ` (${allowed})`) : null,
      ),
      h("div", { class: "field-holder" }, field.parts),
      fault,
    );
    return { option, field, fault, row };
  }

  focus() {
    (this.rows[0]?.field.node ?? this.run).focus();
  }

  fail(text) {
    say(this.error, text);
  }

  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    this.done(false);
  }

  values() {
    const given = this.rows
      .map(({ option, field }) => [option.name, field.value])
      .filter(([, value]) => value !== undefined);
    return Object.fromEntries(given);
  }

  complete(focused, typed) {
    const options = Object.fromEntries(Object.entries(this.values()).filter(([, value]) => !(value instanceof File)));
    options[focused] = typed;
    return api.post("autocomplete", {
      as: this.pane.session.person,
      channel: this.channel,
      name: this.command.path,
      options,
      focused,
    });
  }

  check() {
    let firstBad = null;
    for (const { option, field, fault } of this.rows) {
      const missing = option.required && field.value === undefined ? "This is needed." : null;
      const text = missing ?? field.fault();
      say(fault, text);
      field.node.setAttribute("aria-invalid", String(text !== null));
      if (text) firstBad ??= field.node;
    }
    firstBad?.focus();
    return firstBad === null;
  }

  async submit(event) {
    event.preventDefault();
    if (!this.check() || this.run.disabled) return;
    this.run.disabled = true;
    this.fail(null);
    const place = (text) => (this.node.isConnected ? this.fail(text) : this.pane.composer.fail(text));
    const sent = await this.pane.interact(place, async () => {
      const options = this.values();
      for (const [name, value] of Object.entries(options))
        if (value instanceof File) options[name] = await packed(value);
      return api.post("command", {
        as: this.pane.session.person,
        channel: this.channel,
        name: this.command.path,
        options,
      });
    });
    this.run.disabled = false;
    if (sent) this.done(true);
  }
}
