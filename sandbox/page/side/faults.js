/** Shows an outage: what the sandbox does wrong on purpose, so that one can see the app cope. */

import { api } from "../app/api.js";
import { fill, h, say } from "../app/dom.js";

const REFRESH_EVERY = 5000;
/** Kind -> [words, what it means, needs seconds, needs a count]. */
const KINDS = {
  offline: ["Away altogether", "Nothing answers for a while, as when the internet is down.", true, false],
  "5xx": ["Errors (5xx)", "Requests of the app are answered with a server error.", false, true],
  429: ["Too many requests (429)", "The app is told to slow down.", false, true],
  timeout: ["No answer", "Requests of the app hang for a while.", true, true],
  drop: ["Connection dropped", "The app's live connection breaks once.", false, false],
  invalid_session: ["Session refused", "The app must log in again.", false, false],
};

export class Faults {
  constructor(section) {
    this.section = section;
    const part = (name) => section.querySelector(`[data-part=${name}]`);
    Object.assign(this, {
      kind: part("kind"),
      about: part("about"),
      seconds: part("seconds"),
      count: part("count"),
      path: part("path"),
      lose: part("lose"),
      list: part("list"),
      error: section.querySelector("[role=alert]"),
    });
    for (const [kind, [words]] of Object.entries(KINDS)) this.kind.append(h("option", { value: kind }, words));
    this.kind.value = "offline";
    this.kind.addEventListener("change", () => this.explain());
    section.querySelector("form").addEventListener("submit", (event) => this.start(event));
    part("end").addEventListener("click", () => this.run(() => api.remove("faults")));
    section.addEventListener("toggle", () => this.watch());
    this.explain();
  }

  /** Look only while the section is open. */
  watch() {
    clearInterval(this.timer);
    if (!this.section.open) return;
    this.refresh();
    this.timer = setInterval(() => this.refresh(), REFRESH_EVERY);
  }

  explain() {
    const [, about, seconds, count] = KINDS[this.kind.value];
    this.about.textContent = about;
    this.seconds.closest(".field-row").hidden = !seconds;
    this.count.closest(".field-row").hidden = !count;
    this.path.closest(".field-row").hidden = !count;
    this.lose.closest(".field-row").hidden = !count;
  }

  body() {
    const kind = this.kind.value;
    const [, , seconds, count] = KINDS[kind];
    const body = { kind, count: count ? Number(this.count.value) || 1 : 1 };
    if (seconds) body.seconds = Number(this.seconds.value) || 10;
    if (count && this.path.value.trim()) body.path = this.path.value.trim();
    if (count && this.lose.checked) body.lose_answer = true;
    return body;
  }

  start(event) {
    event.preventDefault();
    this.run(() => api.post("faults", this.body()));
  }

  async run(act) {
    say(this.error, null);
    try {
      await act();
      await this.refresh();
    } catch (failure) {
      say(this.error, failure.message);
    }
  }

  async refresh() {
    try {
      const answer = await api.get("faults");
      const faults = answer.faults ?? [];
      const one = (fault) => {
        const words = KINDS[fault.kind]?.[0] ?? fault.kind;
        const rest = [
          fault.count > 1 && `${fault.count} times`,
          fault.seconds && `${fault.seconds} s`,
          fault.path && `for ${fault.path}`,
        ].filter(Boolean);
        return h("li", null, [words, ...rest].join(", "));
      };
      fill(this.list, faults.length ? faults.map(one) : h("li", { class: "hint" }, "Nothing is broken at the moment."));
    } catch (failure) {
      say(this.error, failure.message);
    }
  }
}
