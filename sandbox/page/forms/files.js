/** Files picked for a message or a form: shown, checked for size and removable. */

import { packed } from "../app/api.js";
import { fill, h, icon, iconButton } from "../app/dom.js";
import { fileSize } from "../app/names.js";

/** Discord's limit for one file without a boosted server. */
const LARGEST = 10 * 1_048_576;
const MOST = 10;

export class Files {
  /** `describe`: pictures get a field for their description, which is read to those who do not see them. */
  constructor({ most = MOST, describe = false, onChange, onRefused }) {
    Object.assign(this, { most, describe, onChange, onRefused, list: [] });
    this.descriptions = new Map();
    this.node = h("ul", { class: "files", "aria-label": "Files", hidden: true });
  }

  add(files) {
    for (const file of files) {
      if (this.list.length >= this.most)
        this.onRefused(`Not more than ${this.most} ${this.most === 1 ? "file" : "files"}.`);
      else if (file.size > LARGEST)
        this.onRefused(`${file.name} is ${fileSize(file.size)}; ${fileSize(LARGEST)} is the most for one file.`);
      else this.list.push(file);
    }
    this.draw();
  }

  /** The files as the control API takes them. */
  packed() {
    const one = async (file) => ({ ...(await packed(file)), description: this.descriptions.get(file) || undefined });
    return Promise.all(this.list.map(one));
  }

  clear() {
    this.list = [];
    this.descriptions.clear();
    this.draw();
  }

  remove(file) {
    this.list = this.list.filter((one) => one !== file);
    this.draw();
  }

  description(file) {
    if (!this.describe || !file.type.startsWith("image/")) return null;
    const note = () => this.descriptions.set(file, field.value.trim());
    const label = `Description of ${file.name}`;
    const props = {
      type: "text",
      "aria-label": label,
      placeholder: "Describe it",
      maxlength: "1024",
      on: { input: note },
    };
    const field = h("input", { ...props, class: "file-description", value: this.descriptions.get(file) ?? "" });
    return field;
  }

  draw() {
    const one = (file) =>
      h(
        "li",
        null,
        icon("file"),
        h("span", { class: "file-name" }, file.name),
        h("span", { class: "file-size" }, fileSize(file.size)),
        this.description(file),
        iconButton("close", `Take ${file.name} away`, () => this.remove(file)),
      );
    fill(this.node, this.list.map(one));
    this.node.hidden = this.list.length === 0;
    this.onChange?.();
  }
}
