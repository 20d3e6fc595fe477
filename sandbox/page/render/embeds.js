/** Embeds. */

import { h } from "../app/dom.js";
import { shortTime, dayName } from "../app/time.js";
import { inline, outerLink } from "./inline.js";
import { markdown } from "./markdown.js";
import { picture } from "./media.js";

/** "#rrggbb" for Discord's number; the page sets it as a custom property, since style attributes are forbidden. */
export function hexColour(number) {
  return `#${Number(number).toString(16).padStart(6, "0")}`;
}

function linked(url, ...children) {
  return url && /^https?:/u.test(url) ? outerLink(url, null, ...children) : children;
}

function fields(embed, look) {
  if (!embed.fields?.length) return null;
  const one = (field) =>
    h(
      "div",
      { class: field.inline ? "field is-inline" : "field" },
      h("dt", null, inline(field.name, look)),
      h("dd", null, markdown(field.value, look)),
    );
  return h("dl", { class: "fields" }, embed.fields.map(one));
}

function footer(embed) {
  const when = embed.timestamp ? new Date(embed.timestamp) : null;
  const parts = [embed.footer?.text, when && `${dayName(when)}, ${shortTime(when)}`].filter(Boolean);
  return parts.length ? h("div", { class: "embed-footer" }, parts.join(" · ")) : null;
}

export function embedNode(embed, look, files) {
  const image = (media, className) =>
    media?.url ? picture(media, { alt: media.description ?? "", className, attachments: files }) : null;
  const node = h(
    "div",
    { class: "embed" },
    h(
      "div",
      { class: "embed-main" },
      embed.provider?.name ? h("div", { class: "embed-provider" }, embed.provider.name) : null,
      embed.author?.name ? h("div", { class: "embed-author" }, linked(embed.author.url, embed.author.name)) : null,
      embed.title ? h("div", { class: "embed-title" }, linked(embed.url, inline(embed.title, look))) : null,
      embed.description ? h("div", { class: "embed-text" }, markdown(embed.description, look)) : null,
      fields(embed, look),
    ),
    image(embed.thumbnail, "embed-thumbnail"),
    image(embed.image, "embed-image"),
    footer(embed),
  );
  if (embed.color !== null && embed.color !== undefined) node.style.setProperty("--bar", hexColour(embed.color));
  return node;
}
