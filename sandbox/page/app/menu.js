/** Menus: arrow keys, first letters, Escape. */

import { h, icon } from "./dom.js";
import { closePopup, openPopup } from "./popup.js";

function move(menu, step) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const next = step === "first" ? 0 : step === "last" ? items.length - 1 : (at + step + items.length) % items.length;
  items[next]?.focus();
}

function byLetter(menu, letter) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  rest.find((item) => item.textContent.trim().toLowerCase().startsWith(letter.toLowerCase()))?.focus();
}

const STEPS = { ArrowDown: 1, ArrowUp: -1, Home: "first", End: "last" };

function key(event) {
  const menu = event.currentTarget;
  const step = STEPS[event.key];
  if (step !== undefined) move(menu, step);
  else if (event.key === "Tab") closePopup();
  else if (event.key.length === 1 && event.key !== " ") byLetter(menu, event.key);
  else return;
  event.preventDefault();
}

function item({ label, icon: drawing, danger, hint, act }) {
  const press = () => {
    closePopup();
    act();
  };
  return h(
    "button",
    {
      type: "button",
      role: "menuitem",
      class: danger ? "menu-item is-danger" : "menu-item",
      tabindex: "-1",
      on: { click: press },
    },
    drawing ? icon(drawing) : null,
    h("span", null, label),
    hint ? h("span", { class: "hint" }, hint) : null,
  );
}

/**
 * Open a menu at `anchor`. `groups`: [{title?, items: [{label, icon?, danger?, hint?, act}]}]; empty groups are left out.
 */
export function openMenu(anchor, name, groups, at) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": name, on: { keydown: key } });
  for (const { title, items } of groups) {
    if (!items.length) continue;
    const heading = title ? h("div", { class: "menu-title", "aria-hidden": "true" }, title) : null;
    menu.append(
      h("div", { role: "group", "aria-label": title ?? name, class: "menu-group" }, heading, items.map(item)),
    );
  }
  openPopup(anchor, menu, { at });
  move(menu, "first");
  return menu;
}
