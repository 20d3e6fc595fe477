/** Discord's block Markdown as nodes: code blocks, headers, small print, quotes and lists. The inline part is in inline.js. */

import { h } from "../app/dom.js";
import { inline } from "./inline.js";

const FENCE = /```(?:([\w+#.-]*)\n)?([\s\S]*?)```/gu;
const HEADER = /^(#{1,3}) +(\S.*)$/u;
const SMALL = /^-# +(\S.*)$/u;
const ITEM = /^( *)([-*]|\d{1,3}\.) +(.*)$/u;
const QUOTE = /^> ?(.*)$/u;
const TALL_QUOTE = /^>>> ?/u;

function codeBlock(language, code) {
  return h(
    "pre",
    { tabindex: "0", "aria-label": language ? `Code, ${language}` : "Code" },
    h("code", null, code.replace(/\n$/u, "")),
  );
}

/** Consecutive lines that `pattern` fits, from `from` on. */
function run(lines, from, pattern) {
  let end = from;
  while (end < lines.length && pattern.test(lines[end])) end += 1;
  return lines.slice(from, end);
}

const isOrdered = (line) => /\d/u.test(ITEM.exec(line)[2]);

/** The beginning of a run of items that is one list: until an item as far left as the first has the other kind of mark. */
function oneList(lines) {
  const indent = ITEM.exec(lines[0])[1].length;
  const end = lines.findIndex(
    (line, at) => at > 0 && ITEM.exec(line)[1].length <= indent && isOrdered(line) !== isOrdered(lines[0]),
  );
  return end < 0 ? lines : lines.slice(0, end);
}

function list(lines, look) {
  const items = lines.map((line) => ITEM.exec(line));
  const indent = items[0][1].length;
  const ordered = isOrdered(lines[0]);
  const node = h(ordered ? "ol" : "ul", ordered ? { start: parseInt(items[0][2], 10) } : null);
  for (let at = 0; at < items.length;) {
    let end = at + 1;
    while (end < items.length && items[end][1].length > indent) end += 1;
    const inner = end > at + 1 ? list(lines.slice(at + 1, end), look) : null;
    node.append(h("li", null, inline(items[at][3], look), inner));
    at = end;
  }
  return node;
}

/** Plain lines until something else begins. */
function paragraph(lines, from) {
  let end = from;
  const special = (line) => HEADER.test(line) || SMALL.test(line) || ITEM.test(line) || /^>( |>> )/u.test(line);
  while (end < lines.length && (end === from || !special(lines[end]))) end += 1;
  return lines.slice(from, end);
}

/** One block at `lines[at]`: its node and how many lines it took. */
function block(lines, at, look) {
  const line = lines[at];
  if (TALL_QUOTE.test(line)) {
    const rest = lines.slice(at).join("\n").replace(TALL_QUOTE, "");
    return [h("blockquote", null, blocks(rest, look)), lines.length - at];
  }
  if (line.startsWith("> ")) {
    const quoted = run(lines, at, /^> /u);
    return [h("blockquote", null, blocks(quoted.map((one) => QUOTE.exec(one)[1]).join("\n"), look)), quoted.length];
  }
  const header = HEADER.exec(line);
  if (header) {
    const level = header[1].length;
    return [h("div", { class: `md-h${level}`, role: "heading", "aria-level": "5" }, inline(header[2], look)), 1];
  }
  const small = SMALL.exec(line);
  if (small) return [h("div", { class: "md-small" }, inline(small[1], look)), 1];
  if (ITEM.test(line)) {
    const items = oneList(run(lines, at, ITEM));
    return [list(items, look), items.length];
  }
  const plain = paragraph(lines, at);
  return [h("div", { class: "md-p" }, inline(plain.join("\n"), look)), plain.length];
}

function blocks(text, look) {
  const lines = text.split("\n");
  const nodes = [];
  for (let at = 0; at < lines.length;) {
    const [node, taken] = block(lines, at, look);
    nodes.push(node);
    at += taken;
  }
  return nodes;
}

/** All nodes of a text. */
export function markdown(text, look) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(FENCE)) {
    const before = text.slice(end, match.index).replace(/\n$/u, "");
    if (before) nodes.push(...blocks(before, look));
    nodes.push(codeBlock(match[1], match[2]));
    end = match.index + match[0].length;
    if (text[end] === "\n") end += 1;
  }
  if (end < text.length) nodes.push(...blocks(text.slice(end), look));
  return nodes;
}

/** One line without blocks, for previews: names stand for ids. */
export function preview(text, look) {
  const bare = text.replace(/```[\s\S]*?```/gu, "code").replace(/^(#{1,3}|-#|>{1,3}|[-*]|\d{1,3}\.) +/gmu, "");
  const node = h("span", null, inline(bare.replace(/\s+/gu, " "), look));
  return node.textContent;
}
