/** Builds the page's nodes. Text only ever becomes a text node, so nothing that somebody wrote can turn into markup. */

import { PATHS } from "./icons.js";

const PROPERTIES = new Set(["value", "checked", "indeterminate", "open"]);
const SVG = "http://www.w3.org/2000/svg";
let serial = 0;

/** A new id, unique on this page, for labels and descriptions. */
export function uid(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : String(child));
  }
}

/**
 * One element. `props`: attributes as they are written in HTML, besides `on` (listeners) and `data` (data-* attributes).
 * A value of null, undefined or false leaves the attribute out; true sets it empty.
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    } else if (name === "data") {
      Object.assign(node.dataset, value);
    } else if (PROPERTIES.has(name)) {
      node[name] = value;
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  append(node, children);
  return node;
}

/** A drawing beside a word or inside a labelled button: hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24",
    class: "icon",
    "aria-hidden": "true",
    focusable: "false",
  })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Text for screen readers only. */
export function unseen(text) {
  return h("span", { class: "visually-hidden" }, text);
}

/** A button that shows an icon and is named by `label`. */
export function iconButton(name, label, onPress, props) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: onPress }, ...props },
    icon(name),
  );
}

/** Replace everything inside `node`. */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
  return node;
}

/** What can take the focus inside `root`, in order. */
export function focusable(root) {
  const all = root.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
  return [...all].filter((node) => !node.disabled && node.tabIndex >= 0 && node.getClientRects().length > 0);
}

/** Show `text` in an error line (role=alert), or hide the line when the text is empty. */
export function say(line, text) {
  line.textContent = text ?? "";
  line.hidden = !text;
}

/** Run `act` once, `wait` ms after the last call. */
export function later(act, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), wait);
  };
}
