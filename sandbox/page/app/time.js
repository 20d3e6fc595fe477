/** Times as the sandbox's clock has them: it can be moved, so the computer's own clock is not used. */

const LANGUAGE = navigator.language?.startsWith("en") ? navigator.language : "en-GB";
const DAY = 86_400_000;
const STEPS = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["week", 7 * DAY],
  ["day", DAY],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];
/** Discord's styles of `<t:...>`. */
const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};
const formats = new Map();
const moved = new EventTarget();
let known = Date.now();
let knownAt = performance.now();

function format(date, style) {
  if (!formats.has(style)) formats.set(style, new Intl.DateTimeFormat(LANGUAGE, STYLES[style] ?? STYLES.f));
  return formats.get(style).format(date);
}

/** The sandbox's present moment. */
export function now() {
  return new Date(known + performance.now() - knownAt);
}

/** Take over what the sandbox says the time is. */
export function setNow(iso) {
  const value = Date.parse(iso);
  if (Number.isNaN(value)) return;
  const leap = Math.abs(value - now().getTime()) > 2000;
  known = value;
  knownAt = performance.now();
  if (leap) moved.dispatchEvent(new Event("moved"));
}

/** Call `act` whenever the clock was moved. */
export function onMoved(act) {
  moved.addEventListener("moved", act);
}

export const shortTime = (date) => format(date, "t");
export const fullTime = (date) => format(date, "F");
export const zoneName = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "this computer's time zone";

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** "Today", "Yesterday" or the date, for the lines between days. */
export function dayName(date) {
  const days = Math.round((midnight(now()) - midnight(date)) / DAY);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return new Intl.DateTimeFormat(LANGUAGE, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).format(
    date,
  );
}

export function sameDay(one, other) {
  return midnight(one) === midnight(other);
}

/** "in 5 minutes", "2 days ago". */
export function relative(date) {
  const gap = date.getTime() - now().getTime();
  const [unit, size] = STEPS.find(([, length]) => Math.abs(gap) >= length) ?? STEPS.at(-1);
  return new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" }).format(Math.round(gap / size), unit);
}

/** The text of `<t:unix:style>`. */
export function stamp(date, style) {
  return style === "R" ? relative(date) : format(date, style);
}

/** The next time that a wall clock here shows `hour` o'clock. */
export function nextHour(hour) {
  const at = now();
  at.setHours(hour, 0, 0, 0);
  if (at <= now()) at.setDate(at.getDate() + 1);
  return at;
}

/** Write all relative times on the page anew. */
export function refreshRelative() {
  for (const node of document.querySelectorAll("time[data-relative]"))
    node.textContent = relative(new Date(node.dateTime));
}
