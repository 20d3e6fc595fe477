/** A small choice of emoji, with their names so that they can be searched and read out. */

import { fill, h, uid } from "./dom.js";
import { closePopup, openPopup } from "./popup.js";

const EMOJI = [
  ["👍", "thumbs up"],
  ["❤️", "heart"],
  ["🙂", "smile"],
  ["😊", "warm smile"],
  ["😄", "laughing"],
  ["😢", "tear"],
  ["🤗", "hug"],
  ["🙏", "thank you"],
  ["👏", "clapping"],
  ["💪", "strength"],
  ["🌱", "seedling"],
  ["🌿", "leaf"],
  ["🌻", "sunflower"],
  ["☀️", "sun"],
  ["🌧️", "rain"],
  ["🌈", "rainbow"],
  ["⭐", "star"],
  ["🎉", "celebration"],
  ["🕯️", "candle"],
  ["☕", "cup of tea"],
  ["📝", "note"],
  ["✅", "done"],
  ["👀", "eyes"],
  ["💬", "speech"],
  ["😌", "relieved"],
  ["😴", "sleepy"],
  ["😟", "worried"],
  ["😤", "frustrated"],
  ["🤔", "thinking"],
  ["🫂", "embrace"],
  ["🐢", "slowly"],
  ["👋", "wave"],
];
const ROW = 8;

/** Let somebody pick an emoji beside `anchor`; a custom one can be typed as name:id. */
export function pickEmoji(anchor, name, onPick, { above } = {}) {
  const pick = (emoji) => {
    closePopup();
    onPick(emoji);
  };
  const grid = h("div", { class: "emoji-grid", role: "group", "aria-label": "Emoji" });
  const field = uid("emoji");
  const search = h("input", {
    type: "text",
    id: field,
    autocomplete: "off",
    maxlength: "60",
    placeholder: "Search, or any emoji",
  });
  const matching = () => EMOJI.filter(([, words]) => words.includes(search.value.trim().toLowerCase()));
  const draw = () =>
    fill(
      grid,
      matching().map(([emoji, words]) =>
        h("button", { type: "button", "aria-label": words, title: words, on: { click: () => pick(emoji) } }, emoji),
      ),
    );
  search.addEventListener("input", draw);
  const keys = (event) => {
    const buttons = [...grid.children];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Enter" && event.target === search && search.value.trim()) {
      event.preventDefault();
      pick(matching()[0]?.[0] ?? search.value.trim());
      return;
    }
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: at < 0 ? 1 : ROW, ArrowUp: -ROW }[event.key];
    if (step === undefined || (event.target === search && event.key !== "ArrowDown")) return;
    event.preventDefault();
    (buttons[at + step] ?? (at + step < 0 ? search : null))?.focus();
  };
  draw();
  const box = h(
    "div",
    { class: "emoji-box", role: "dialog", "aria-label": name, on: { keydown: keys } },
    h("label", { for: field, class: "visually-hidden" }, "Search for an emoji, or type one"),
    search,
    grid,
  );
  openPopup(anchor, box, { above });
  search.focus();
}
