/**
 * Message components, the older rows and Components V2.
 *
 * `context`: {look, files, act(component, values, control), optionsFor(component)}; `act` sends a press.
 */

import { h, icon, unseen } from "../app/dom.js";
import { selectButton } from "../forms/picker.js";
import { hexColour } from "./embeds.js";
import { emojiNode, placeOf, spoiler } from "./inline.js";
import { markdown } from "./markdown.js";
import { fileCard, picture } from "./media.js";

/** Discord's numbers of component types. */
export const TYPE = {
  row: 1,
  button: 2,
  select: 3,
  text: 4,
  users: 5,
  roles: 6,
  mentionables: 7,
  channels: 8,
  section: 9,
  display: 10,
  thumbnail: 11,
  gallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  upload: 19,
  radios: 21,
  checkboxes: 22,
  checkbox: 23,
};
export const SELECTS = [TYPE.select, TYPE.users, TYPE.roles, TYPE.mentionables, TYPE.channels];
const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger" };
const LINK = 5;

function button(component, context) {
  const words = [
    emojiNode(component.emoji),
    component.label,
    component.label ? null : unseen(component.emoji?.name ?? "Button"),
  ];
  const place = component.style === LINK && placeOf(component.url, context.look);
  if (place)
    return h(
      "button",
      { type: "button", class: "button is-secondary", disabled: component.disabled, on: { click: place.open } },
      words,
    );
  if (component.style === LINK) {
    const inside = [words, icon("link"), unseen("(opens in a new tab)")];
    if (component.disabled)
      return h("span", { class: "button is-link is-disabled", "aria-disabled": "true", role: "link" }, inside);
    return h(
      "a",
      {
        class: "button is-link",
        href: component.url,
        target: "_blank",
        rel: "noopener noreferrer nofollow",
        title: component.url,
      },
      inside,
    );
  }
  const press = (event) => context.act(component, undefined, event.currentTarget);
  const look = STYLES[component.style] ?? "secondary";
  return h(
    "button",
    {
      type: "button",
      class: `button is-${look}`,
      disabled: component.disabled,
      data: { key: component.custom_id },
      on: { click: press },
    },
    words,
  );
}

function select(component, context) {
  return selectButton({
    component,
    options: () => context.optionsFor(component),
    label: component.placeholder || "Choose",
    onDone: (values, control) => context.act(component, values, control),
  });
}

function section(component, context) {
  return h(
    "div",
    { class: "section" },
    h("div", { class: "section-text" }, draw(component.components, context)),
    h("div", { class: "section-side" }, draw([component.accessory].filter(Boolean), context)),
  );
}

function container(component, context) {
  const node = h("div", { class: "container" }, draw(component.components, context));
  if (component.accent_color !== null && component.accent_color !== undefined) {
    node.style.setProperty("--bar", hexColour(component.accent_color));
    node.classList.add("has-accent");
  }
  return component.spoiler ? h("div", { class: "spoiler-block" }, spoiler(node)) : node;
}

function gallery(component, context) {
  const one = (item) =>
    picture(item.media, {
      alt: item.description ?? "",
      hidden: item.spoiler,
      className: "gallery-picture",
      attachments: context.files,
    });
  return h("div", { class: `gallery of-${Math.min(component.items.length, 4)}` }, component.items.map(one));
}

function file(component, context) {
  const name = component.name ?? component.file.url.split("/").at(-1);
  const attached = (context.files ?? []).find((one) => one.filename === name);
  return fileCard({
    url: attached?.url ?? component.file.url,
    name,
    size: component.size ?? attached?.size,
    hidden: component.spoiler,
  });
}

const DRAW = {
  [TYPE.row]: (component, context) => h("div", { class: "row" }, draw(component.components, context)),
  [TYPE.button]: button,
  [TYPE.section]: section,
  [TYPE.display]: (component, context) => h("div", { class: "display" }, markdown(component.content, context.look)),
  [TYPE.thumbnail]: (component, context) =>
    picture(component.media, {
      alt: component.description ?? "",
      hidden: component.spoiler,
      className: "thumbnail",
      attachments: context.files,
    }),
  [TYPE.gallery]: gallery,
  [TYPE.file]: file,
  [TYPE.separator]: (component) =>
    h("hr", {
      class: `separator ${component.divider === false ? "is-blank" : ""} ${component.spacing === 2 ? "is-wide" : ""}`,
    }),
  [TYPE.container]: container,
};
for (const type of SELECTS) DRAW[type] = select;

/** The nodes of a list of components. */
export function draw(components, context) {
  return (components ?? []).map((component) => {
    const known = DRAW[component.type];
    return known
      ? known(component, context)
      : h("div", { class: "unknown" }, `A component of type ${component.type}, which the sandbox cannot show.`);
  });
}
