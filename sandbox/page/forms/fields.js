/**
 * The fields of a modal. Each is {node, values(), fault(), focus(), dirty()}: what is sent, what is wrong with it in
 * words (or null), and whether something was entered. `labels`: {id, labelId, describedBy}, all ids.
 */

import { h, uid } from "../app/dom.js";
import { markdown } from "../render/markdown.js";
import { SELECTS, TYPE } from "../render/components.js";
import { selectOptions } from "./choices.js";
import { Files } from "./files.js";
import { selectButton } from "./picker.js";

const PARAGRAPH = 2;
const NEEDED = "This is needed.";

function counted(count, least, most, thing) {
  if (count < least) return least === 1 ? NEEDED : `Choose at least ${least} ${thing}.`;
  return count > most ? `Choose at most ${most} ${thing}.` : null;
}

function textField(component, labels) {
  const long = component.style === PARAGRAPH;
  const node = h(long ? "textarea" : "input", {
    id: labels.id,
    rows: long ? "4" : null,
    type: long ? null : "text",
    placeholder: component.placeholder,
    maxlength: component.max_length,
    autocomplete: "off",
    "aria-describedby": labels.describedBy,
    "aria-required": String(component.required !== false),
    value: component.value ?? "",
  });
  const fault = () => {
    const { length } = node.value;
    if (!node.value.trim()) return component.required === false ? null : NEEDED;
    return length < (component.min_length ?? 0)
      ? `Write at least ${component.min_length} characters; ${length} so far.`
      : null;
  };
  return {
    node,
    values: () => node.value,
    fault,
    focus: () => node.focus(),
    dirty: () => node.value !== (component.value ?? ""),
  };
}

function selectField(component, labels, session) {
  const node = selectButton({
    component,
    options: () => selectOptions(component, session),
    label: component.placeholder || "Choose",
    labelledBy: labels.labelId,
    describedBy: labels.describedBy,
  });
  node.id = labels.id;
  node.setAttribute("aria-labelledby", `${labels.labelId} ${labels.id}`);
  const before = node.chosen.join();
  const least = component.required === false ? 0 : (component.min_values ?? 1);
  const fault = () =>
    node.chosen.length === 0 && component.required === false
      ? null
      : counted(node.chosen.length, least, component.max_values ?? 1, "options");
  return {
    node,
    values: () => node.chosen,
    fault,
    focus: () => node.focus(),
    dirty: () => node.chosen.join() !== before,
  };
}

function choiceRow(type, name, option, checked) {
  const id = uid("choice");
  const about = option.description ? h("span", { class: "option-about" }, option.description) : null;
  const input = h("input", { type, name, id, value: option.value, checked });
  return {
    input,
    row: h(
      "div",
      { class: "choice" },
      input,
      h("label", { for: id }, h("span", { class: "option-label" }, option.label), about),
    ),
  };
}

function radioField(component, labels) {
  const name = uid("radio");
  const rows = component.options.map((option) => choiceRow("radio", name, option, option.default === true));
  const node = h(
    "div",
    {
      role: "radiogroup",
      id: labels.id,
      class: "choices",
      "aria-labelledby": labels.labelId,
      "aria-describedby": labels.describedBy,
      "aria-required": String(component.required !== false),
    },
    rows.map(({ row }) => row),
  );
  const chosen = () => rows.find(({ input }) => input.checked)?.input.value;
  const before = chosen();
  const fault = () => (chosen() === undefined && component.required !== false ? "Choose one." : null);
  return {
    node,
    values: chosen,
    fault,
    focus: () => (rows.find(({ input }) => input.checked) ?? rows[0]).input.focus(),
    dirty: () => chosen() !== before,
  };
}

function checkboxesField(component, labels) {
  const name = uid("boxes");
  const rows = component.options.map((option) => choiceRow("checkbox", name, option, option.default === true));
  const node = h(
    "div",
    {
      role: "group",
      id: labels.id,
      class: "choices",
      "aria-labelledby": labels.labelId,
      "aria-describedby": labels.describedBy,
    },
    rows.map(({ row }) => row),
  );
  const chosen = () => rows.filter(({ input }) => input.checked).map(({ input }) => input.value);
  const before = chosen().join();
  const least = component.required === false ? 0 : (component.min_values ?? 1);
  const fault = () =>
    chosen().length === 0 && component.required === false
      ? null
      : counted(chosen().length, least, component.max_values ?? rows.length, "options");
  return { node, values: chosen, fault, focus: () => rows[0].input.focus(), dirty: () => chosen().join() !== before };
}

function checkboxField(component, labels) {
  const input = h("input", {
    type: "checkbox",
    id: labels.id,
    checked: component.default === true,
    "aria-describedby": labels.describedBy,
  });
  return {
    node: input,
    inline: true,
    values: () => input.checked,
    fault: () => null,
    focus: () => input.focus(),
    dirty: () => input.checked !== (component.default === true),
  };
}

function uploadField(component, labels, session, fail) {
  const most = component.max_values ?? 1;
  const files = new Files({ most, onRefused: fail });
  const input = h("input", { type: "file", id: labels.id, multiple: most > 1, "aria-describedby": labels.describedBy });
  input.addEventListener("change", () => {
    if (most === 1) files.clear();
    files.add(input.files);
    input.value = "";
  });
  const least = component.required === false ? 0 : (component.min_values ?? 1);
  const values = () => files.packed();
  return {
    node: h("div", null, input, files.node),
    values,
    fault: () => counted(files.list.length, least, most, "files"),
    focus: () => input.focus(),
    dirty: () => files.list.length > 0,
  };
}

const MAKE = {
  [TYPE.text]: textField,
  [TYPE.radios]: radioField,
  [TYPE.checkboxes]: checkboxesField,
  [TYPE.checkbox]: checkboxField,
  [TYPE.upload]: uploadField,
};
for (const type of SELECTS) MAKE[type] = selectField;

/** Groups are named by aria-labelledby; a <label for> would point at something that cannot be labelled so. */
const GROUPS = [TYPE.radios, TYPE.checkboxes];

function labelled(component, { label, description }, session) {
  const make = MAKE[component.type];
  if (!make)
    return { row: h("p", { class: "unknown" }, `A field of type ${component.type}, which the sandbox cannot show.`) };
  const id = uid("field");
  const ids = { label: `${id}-label`, about: `${id}-about`, fault: `${id}-fault` };
  const fault = h("p", { class: "field-error", id: ids.fault, hidden: true });
  const fail = (text) => {
    fault.textContent = text;
    fault.hidden = false;
  };
  const field = make(component, { id, labelId: ids.label, describedBy: `${ids.about} ${ids.fault}` }, session, fail);
  const optional =
    component.required === false && component.type !== TYPE.checkbox ? h("span", { class: "hint" }, " optional") : null;
  const tag = GROUPS.includes(component.type) ? "div" : "label";
  const name = h(tag, { class: "field-label", id: ids.label, for: tag === "label" ? id : null }, label, optional);
  const about = h("p", { class: "field-about", id: ids.about, hidden: !description }, description ?? "");
  const cleared = () => {
    fault.hidden = true;
    field.node.setAttribute("aria-invalid", "false");
  };
  for (const type of ["input", "change"]) field.node.addEventListener(type, cleared);
  const parts = field.inline ? [h("div", { class: "choice" }, field.node, name), about] : [name, about, field.node];
  return { customId: component.custom_id, field, fault, row: h("div", { class: "field-row" }, parts, fault) };
}

/** The rows of a modal: [{row, customId?, field?, fault?}]. */
export function modalRows(components, session, look) {
  return components.flatMap((component) => {
    if (component.type === TYPE.label) return [labelled(component.component, component, session)];
    if (component.type === TYPE.row)
      return component.components.map((one) =>
        labelled(one, { label: one.label ?? one.placeholder ?? "Field" }, session),
      );
    if (component.type === TYPE.display)
      return [{ row: h("div", { class: "display" }, markdown(component.content, look)) }];
    return [labelled(component, { label: component.label ?? "Field" }, session)];
  });
}
