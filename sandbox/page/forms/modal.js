/** A form that the app asks to be filled in. It stays until the app has taken it, so that nothing written is lost. */

import { api } from "../app/api.js";
import { centre, showDialog } from "../app/dialogs.js";
import { fill, h, icon, iconButton, say, uid } from "../app/dom.js";
import { modalRows } from "./fields.js";

/** How long after sending the app may still fail, and the form come back. */
const MAY_FAIL_FOR = 5000;

export class Modal {
  constructor(pane, data) {
    this.pane = pane;
    this.data = data;
    const title = uid("modal");
    this.rows = modalRows(data.components, pane.session, pane.look);
    this.error = h("p", { class: "form-error", role: "alert", hidden: true });
    this.leave = h("div", { class: "leave", role: "alert", hidden: true });
    this.go = h("button", { type: "submit", class: "button is-primary" }, "Send");
    const cancel = h(
      "button",
      { type: "button", class: "button is-secondary", on: { click: () => this.askToLeave() } },
      "Cancel",
    );
    const me = pane.session.nameOf(pane.session.me);
    this.form = h(
      "form",
      { novalidate: true, on: { submit: (event) => this.submit(event) } },
      h(
        "div",
        { class: "modal-head" },
        h("h2", { id: title }, data.title),
        iconButton("close", "Close this form", () => this.askToLeave()),
      ),
      h(
        "p",
        { class: "modal-who" },
        icon("info"),
        `You fill this in as ${me}. It goes to the app that asked, in this sandbox only.`,
      ),
      h(
        "div",
        { class: "modal-body" },
        this.rows.map(({ row }) => row),
      ),
      this.error,
      this.leave,
      h("div", { class: "dialog-foot" }, cancel, this.go),
    );
    this.node = h(
      "dialog",
      { class: "modal", "aria-labelledby": title, on: { cancel: (event) => this.cancelled(event) } },
      this.form,
    );
  }

  show() {
    showDialog(this.node, this.pane.root);
    (this.fields[0]?.field ?? { focus: () => this.go.focus() }).focus();
    centre(this.node, this.pane.root);
  }

  get fields() {
    return this.rows.filter(({ field }) => field);
  }

  cancelled(event) {
    event.preventDefault();
    this.askToLeave();
  }

  /** Close at once when nothing was written; ask first otherwise. */
  askToLeave() {
    const dirty = this.fields.some(({ field }) => field.dirty());
    if (!dirty || !this.leave.hidden) {
      this.node.close();
      return;
    }
    const stay = h(
      "button",
      { type: "button", class: "button is-primary", on: { click: () => this.stay() } },
      "Keep writing",
    );
    const drop = h(
      "button",
      { type: "button", class: "button is-danger", on: { click: () => this.node.close() } },
      "Discard",
    );
    fill(this.leave, h("p", null, "Close without sending? What you wrote here will be gone."), stay, drop);
    this.leave.hidden = false;
    stay.focus();
  }

  stay() {
    this.leave.hidden = true;
    this.fields[0]?.field.focus();
  }

  check() {
    let firstBad = null;
    for (const { field, fault } of this.fields) {
      const text = field.fault();
      say(fault, text);
      field.node.setAttribute("aria-invalid", String(text !== null));
      if (text) firstBad ??= field;
    }
    firstBad?.focus();
    return firstBad === null;
  }

  async values() {
    const pairs = await Promise.all(this.fields.map(async ({ customId, field }) => [customId, await field.values()]));
    return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
  }

  async submit(event) {
    event.preventDefault();
    if (this.go.disabled || !this.check()) return;
    this.go.disabled = true;
    say(this.error, null);
    const act = async () =>
      api.post("submit", { as: this.pane.session.person, modal: this.data.id, values: await this.values() });
    const sent = await this.pane.interact((text) => this.fail(text), act, MAY_FAIL_FOR);
    this.go.disabled = false;
    if (sent && this.error.hidden) this.node.close();
  }

  /** The same form was sent from somewhere else: by the guided tour, or in another window. */
  sentElsewhere(id) {
    if (id === this.data.id && !this.go.disabled) this.node.close();
  }

  /** The sandbox refused, or the app failed afterwards: show the form (again) with the reason. */
  fail(text) {
    say(this.error, `${text.replace(/\.$/u, "")}. What you wrote is still here.`);
    if (!this.node.open) showDialog(this.node, this.pane.root);
    this.go.disabled = false;
    this.error.scrollIntoView({ block: "nearest" });
  }
}
