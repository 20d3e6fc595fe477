/** Files picked for a message or a form: shown, checked for size and removable. */

import { fill, h, icon, iconButton } from "../app/dom.js";
import { fileSize } from "../app/names.js";

/** Discord's limit for one file without a boosted server. */
const LARGEST = 10 * 1_048_576;
const MOST = 10;

export class Files {
  constructor({ most = MOST, onChange, onRefused }) {
    Object.assign(this, { most, onChange, onRefused, list: [] });
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

  clear() {
    this.list = [];
    this.draw();
  }

  remove(file) {
    this.list = this.list.filter((one) => one !== file);
    this.draw();
  }

  draw() {
    const one = (file) =>
      h(
        "li",
        null,
        icon("file"),
        h("span", { class: "file-name" }, file.name),
        h("span", { class: "file-size" }, fileSize(file.size)),
        iconButton("close", `Take ${file.name} away`, () => this.remove(file)),
      );
    fill(this.node, this.list.map(one));
    this.node.hidden = this.list.length === 0;
    this.onChange?.();
  }
}
