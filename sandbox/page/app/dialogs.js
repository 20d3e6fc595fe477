/** Short questions in a dialog: the browser keeps the focus inside and gives it back. */

import { h, say, uid } from "./dom.js";
import { closePopup } from "./popup.js";

/** Show `dialog` over its pane and remove it once closed. */
export function showDialog(dialog, over) {
  closePopup(false);
  const before = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
  });
  dialog.showModal();
  centre(dialog, over);
}

/** Put a dialog over the middle of its pane, so that in the split view it is clear whose it is. */
export function centre(dialog, over) {
  const box = over?.getBoundingClientRect();
  if (!box || box.width < 340) return;
  const left = box.left + (box.width - dialog.offsetWidth) / 2;
  dialog.style.left = `${Math.max(8, Math.min(left, innerWidth - dialog.offsetWidth - 8))}px`;
  dialog.style.marginInline = "0";
}

/**
 * Ask something before an act: `fields` [{name, label, value?, required?, type?}] are handed to `act(values)`, whose
 * error is shown in the dialog.
 */
export function ask({ title, text, fields = [], yes, danger, over, act }) {
  const id = uid("ask");
  const error = h("p", { class: "form-error", role: "alert", hidden: true });
  const inputs = fields.map((field) => {
    const control = uid("ask-field");
    const checkbox = field.type === "checkbox";
    const input = h("input", {
      id: control,
      type: field.type ?? "text",
      required: field.required,
      maxlength: checkbox ? null : "100",
      value: field.value ?? "",
      checked: checkbox && field.value === true,
    });
    const label = h("label", { for: control }, field.label);
    return {
      field,
      input,
      row: h(
        "div",
        { class: checkbox ? "field-row is-check" : "field-row" },
        checkbox ? [input, label] : [label, input],
      ),
    };
  });
  const go = h("button", { type: "submit", class: danger ? "button is-danger" : "button is-primary" }, yes);
  const cancel = h(
    "button",
    { type: "button", class: "button is-secondary", on: { click: () => dialog.close() } },
    "Cancel",
  );
  const submit = async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      await act(
        Object.fromEntries(
          inputs.map(({ field, input }) => [
            field.name,
            input.type === "checkbox" ? input.checked : input.value.trim(),
          ]),
        ),
      );
      dialog.close();
    } catch (failure) {
      say(error, failure.message);
      go.disabled = false;
    }
  };
  const form = h(
    "form",
    { on: { submit } },
    h("h2", { id }, title),
    text ? h("p", null, text) : null,
    inputs.map(({ row }) => row),
    error,
    h("div", { class: "dialog-foot" }, cancel, go),
  );
  const dialog = h("dialog", { class: "small-dialog", "aria-labelledby": id }, form);
  showDialog(dialog, over);
  (inputs[0]?.input ?? (danger ? cancel : go)).focus();
}
