/** The guided tour: steps that act on the sandbox, with marks for those that are done. There only when the sandbox offers one. */

import { api } from "../app/api.js";
import { fill, h, icon, later, say, unseen } from "../app/dom.js";

const REFRESH_AFTER = 700;

export class Tour {
  /** `show(look, first)` brings the right people on the screen, where there is room for one only `first`; `nameOf(id)` names a person. */
  constructor(section, { show, nameOf }) {
    Object.assign(this, { section, show, nameOf, steps: [] });
    this.list = section.querySelector("[data-part=steps]");
    this.progress = section.querySelector("[data-part=progress]");
    this.refreshSoon = later(() => this.refresh(), REFRESH_AFTER);
  }

  get isThere() {
    return this.steps.length > 0;
  }

  async refresh() {
    try {
      const { steps } = await api.get("tour");
      if (JSON.stringify(steps) === JSON.stringify(this.steps)) return;
      this.steps = steps;
      this.draw();
    } catch {
      // Without a tour (404) the section stays hidden; a lost connection shows in the panes.
    }
  }

  draw() {
    const focusedStep = this.list.contains(document.activeElement)
      ? document.activeElement.closest("li")?.dataset.id
      : null;
    const done = this.steps.filter((step) => step.done).length;
    const next = this.steps.find((step) => !step.done);
    this.section.hidden = !this.isThere;
    document.body.classList.toggle("has-next-step", next !== undefined);
    this.progress.textContent = next
      ? `${done} of ${this.steps.length} steps done`
      : "All steps done. Look around as you like.";
    fill(
      this.list,
      this.steps.map((step, at) => this.step(step, at, step === next)),
    );
    if (next && next.id !== this.nextShown)
      this.list.querySelector(".is-next .step-body")?.scrollIntoView({ block: "nearest" });
    this.nextShown = next?.id;
    if (focusedStep)
      (this.list.querySelector(next ? `[data-id="${next.id}"] summary` : "summary") ?? this.list).focus({
        preventScroll: true,
      });
  }

  step(step, at, isNext) {
    const sign = h("span", { class: "step-sign" }, step.done ? icon("check") : String(at + 1));
    const state = step.done ? " (done)" : isNext ? " (next)" : "";
    const error = h("p", { class: "form-error", role: "alert", hidden: true });
    const run = h(
      "button",
      {
        type: "button",
        class: isNext ? "button is-primary" : "button is-secondary",
        on: { click: (event) => this.run(step, event.currentTarget, error) },
      },
      step.button,
    );
    const look = this.looks(step);
    const lookAs = (one) =>
      h(
        "button",
        { type: "button", class: "text-button", on: { click: () => this.show(look, one) } },
        this.nameOf(one.as),
      );
    const who = look.length
      ? h(
          "p",
          { class: "look-as" },
          icon("eye"),
          " Look as ",
          look.map((one, at) => [at ? " or " : "", lookAs(one)]),
        )
      : null;
    const body = h("div", { class: "step-body" }, h("p", null, step.text), who, step.button ? run : null, error);
    const title = h("summary", null, sign, h("h3", null, step.title, unseen(state)));
    return h(
      "li",
      {
        class: `step ${step.done ? "is-done" : ""} ${isNext ? "is-next" : ""}`,
        data: { id: step.id },
        "aria-current": isNext ? "step" : null,
      },
      h("details", { open: isNext }, title, body),
    );
  }

  looks(step) {
    return (step.look ?? []).filter((one) => one?.as);
  }

  async run(step, button, error) {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    say(error, null);
    const look = this.looks(step);
    if (look.length) this.show(look);
    try {
      await api.post(`tour/${encodeURIComponent(step.id)}`);
      await this.refresh();
    } catch (failure) {
      say(error, failure.message);
    }
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}
