/** Pictures and files. Only what this sandbox serves is ever loaded; for anything else its description stands in. */

import { h, icon, unseen } from "../app/dom.js";
import { fileSize, localUrl } from "../app/names.js";

const SPOILER = 1 << 3;

/** A picture behind a spoiler cover. */
function covered(node, hidden) {
  if (!hidden) return node;
  node.inert = true;
  const cover = h("button", { type: "button", class: "media-cover" }, "Spoiler · show");
  const box = h("div", { class: "media-covered" }, node, cover);
  cover.addEventListener("click", () => {
    node.inert = false;
    box.classList.add("is-shown");
    cover.remove();
  });
  return box;
}

/** What stands where a picture cannot be shown; in a small place only its sign, with the words for screen readers. */
function elsewhere(words, className) {
  const small = className?.includes("thumbnail");
  return h(
    "div",
    { class: `media-elsewhere ${className ?? ""}`, title: words },
    icon("eye"),
    small ? unseen(words) : words,
  );
}

/** One picture with its description; a label in its place if it lies outside the sandbox. */
export function picture(media, { alt, hidden, className, attachments } = {}) {
  const url = localUrl(media?.url ?? media?.proxy_url, attachments);
  const text = alt ?? media?.description ?? "";
  if (!url) return elsewhere(text || "A picture from elsewhere; the sandbox loads nothing from outside.", className);
  const image = h("img", {
    src: url,
    alt: text,
    class: className,
    loading: "lazy",
    width: media?.width || null,
    height: media?.height || null,
  });
  image.addEventListener("error", () =>
    image.replaceWith(elsewhere(text || "This picture could not be shown.", className)),
  );
  return covered(image, hidden);
}

/** A file to save. */
export function fileCard({ url, name, size, description, hidden }) {
  const here = localUrl(url);
  const label = [h("span", { class: "file-name" }, name || "file"), h("span", { class: "file-size" }, fileSize(size))];
  const body = here
    ? h("a", { class: "file-card", href: here, download: name || "file" }, icon("file"), unseen("Save file "), label)
    : h("span", { class: "file-card" }, icon("file"), label);
  const card = h("div", null, body, description ? h("div", { class: "file-about" }, description) : null);
  return covered(card, hidden);
}

function attachment(file) {
  const hidden = file.filename.startsWith("SPOILER_") || ((file.flags ?? 0) & SPOILER) !== 0;
  const type = file.content_type ?? "";
  if (type.startsWith("image/") && !type.includes("svg")) {
    const alt = file.description ?? "";
    const shown = picture(file, { alt: alt || file.filename, hidden, className: "attached" });
    return h(
      "figure",
      { class: "attachment" },
      shown,
      alt ? h("figcaption", null, h("span", { class: "alt-mark" }, "Alt"), alt) : null,
    );
  }
  return fileCard({ url: file.url, name: file.filename, size: file.size, description: file.description, hidden });
}

/** The attachments of a message, without those that its embeds or components show themselves. */
export function attachments(message) {
  const used = JSON.stringify([message.embeds ?? [], message.components ?? []]);
  const free = (message.attachments ?? []).filter(
    (file) => !used.includes(`attachment://${file.filename}`) && !used.includes(`"${file.url}"`),
  );
  return free.length ? h("div", { class: "attachments" }, free.map(attachment)) : null;
}
