/** Who is here, grouped by the highest role that has a group of its own. */

import { fill, h } from "./dom.js";
import { appMark, face } from "./names.js";

const EVERYONE = "Others";

function groupOf(member, roles) {
  const own = roles.filter((role) => member.roles.includes(role.id));
  return own[0] ?? null;
}

export class Members {
  constructor(pane) {
    this.pane = pane;
    this.node = h("aside", { class: "members", "aria-label": `People in the view of ${pane.name}` });
  }

  draw() {
    const { session } = this.pane;
    const roles = (session.guild?.roles ?? [])
      .filter((role) => role.id !== session.guild.id && !role.managed)
      .sort((one, other) => (other.position ?? 0) - (one.position ?? 0));
    const groups = new Map(roles.map((role) => [role.name, []]));
    groups.set("Apps", []);
    groups.set(roles.length ? EVERYONE : "People", []);
    for (const member of session.peopleHere()) {
      const name = member.user.bot ? "Apps" : (groupOf(member, roles)?.name ?? (roles.length ? EVERYONE : "People"));
      groups.get(name).push(member);
    }
    fill(
      this.node,
      [...groups].filter(([, members]) => members.length).map(([name, members]) => this.group(name, members)),
    );
  }

  group(name, members) {
    const { session } = this.pane;
    const sorted = [...members].sort((one, other) =>
      session.nameOf(one.user).localeCompare(session.nameOf(other.user)),
    );
    return [
      h("h4", null, `${name}: ${members.length}`),
      h(
        "ul",
        null,
        sorted.map((member) => this.member(member.user)),
      ),
    ];
  }

  member(user) {
    const { session, actions } = this.pane;
    const open = (event) => actions.person(user, event.currentTarget);
    const menu = (event) => {
      event.preventDefault();
      actions.person(user, event.currentTarget, { x: event.clientX, y: event.clientY });
    };
    const me = user.id === session.me?.id ? h("span", { class: "hint" }, " (you)") : null;
    return h(
      "li",
      null,
      h(
        "button",
        { type: "button", class: "person", "aria-haspopup": "menu", on: { click: open, contextmenu: menu } },
        face(user, "is-small"),
        h("span", null, session.nameOf(user), me),
        appMark(user),
      ),
    );
  }
}
