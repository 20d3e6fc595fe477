/** The sandbox's clock: what it shows, and moving it on. */

import { api } from "../app/api.js";
import { h, say } from "../app/dom.js";
import { dayName, nextHour, now, onMoved, refreshRelative, setNow, shortTime, zoneName } from "../app/time.js";

const MORNING = 9;
const MINUTE = 60;
const STEPS = [
  ["+1 min", "One minute on", MINUTE],
  ["+5 min", "Five minutes on", 5 * MINUTE],
  ["+1 h", "One hour on", 60 * MINUTE],
  ["+1 day", "One day on", 24 * 60 * MINUTE],
];
const REFRESH_EVERY = 1000;
const RELATIVE_EVERY = 20;

/** Fill the clock section and keep it going. */
export function startClock(section) {
  const time = section.querySelector("[data-part=time]");
  const day = section.querySelector("[data-part=day]");
  const error = section.querySelector("[role=alert]");
  const buttons = section.querySelector("[data-part=steps]");
  let beats = 0;
  const draw = () => {
    time.textContent = shortTime(now());
    time.dateTime = now().toISOString();
    day.textContent = `${dayNameOfToday()} · ${zoneName()}`;
    beats += 1;
    if (beats % RELATIVE_EVERY === 0) refreshRelative();
  };
  const move = async (body) => {
    say(error, null);
    try {
      setNow((await api.post("clock", body)).now);
    } catch (failure) {
      say(error, failure.message);
    }
    draw();
  };
  const button = (words, label, act) =>
    h("button", { type: "button", class: "button is-secondary", "aria-label": label, on: { click: act } }, words);
  for (const [words, label, seconds] of STEPS) buttons.append(button(words, label, () => move({ advance: seconds })));
  buttons.append(
    button("Next 09:00", "On to the next nine o'clock in the morning", () =>
      move({ to: nextHour(MORNING).toISOString() }),
    ),
  );
  onMoved(() => {
    draw();
    refreshRelative();
  });
  setInterval(draw, REFRESH_EVERY);
  draw();
}

function dayNameOfToday() {
  const today = now();
  // `dayName` says "Today" for it; the clock shows the date itself.
  return dayName(today) === "Today"
    ? today.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" })
    : dayName(today);
}
