/** What the person in a view can change about themselves: taking direct messages, and being in a server. */

import { api } from "../app/api.js";
import { fill, h, say, uid } from "../app/dom.js";

export class PersonPanel {
  constructor(section) {
    this.holder = section.querySelector("[data-part=people]");
    this.error = section.querySelector("[role=alert]");
    this.takesDms = new Map();
    this.servers = new Map();
  }

  /** Show the settings of the people in these panes. */
  draw(panes) {
    for (const pane of panes) for (const guild of pane.session?.guilds ?? []) this.servers.set(guild.id, guild.name);
    const version = JSON.stringify([
      panes.map((pane) => [pane.person, pane.session?.guilds.map((guild) => guild.id)]),
      [...this.servers],
    ]);
    if (version === this.version) return;
    this.version = version;
    fill(
      this.holder,
      panes.map((pane) => this.person(pane, panes)),
    );
  }

  person(pane, panes) {
    const person = pane.people.find((one) => one.id === pane.person);
    if (!person || !pane.session.me) return null;
    const id = uid("dms");
    const box = h("input", {
      type: "checkbox",
      id,
      checked: this.takesDms.get(person.id) ?? pane.session.takesDms,
      on: { change: () => this.setDms(person, box.checked) },
    });
    const inside = new Set(pane.session.guilds.map((guild) => guild.id));
    const server = ([guild, name]) => {
      const act = inside.has(guild) ? "leave" : "join";
      const press = () =>
        this.run(async () => {
          await api.post(act, { as: person.id, guild });
          await pane.session.reload();
          this.draw(panes);
        });
      return h(
        "button",
        { type: "button", class: "button is-secondary is-small", on: { click: press } },
        act === "leave" ? `Leave ${name}` : `Join ${name}`,
      );
    };
    return h(
      "div",
      { class: "person-settings" },
      h("h3", null, person.name),
      h("div", { class: "choice" }, box, h("label", { for: id }, "Takes direct messages from server members")),
      [...this.servers].map(server),
    );
  }

  setDms(person, open) {
    return this.run(async () => {
      await api.post("dms", { as: person.id, open });
      this.takesDms.set(person.id, open);
    });
  }

  async run(act) {
    say(this.error, null);
    try {
      await act();
    } catch (failure) {
      say(this.error, failure.message);
    }
  }
}
