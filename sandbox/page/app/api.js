/** Speaks to the sandbox's control API. */

const BASE = "/_sandbox";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;

/** The sandbox said no; `message` is its reason in plain words. */
export class Refused extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

async function answerOf(response) {
  const text = await response.text();
  let body = null;
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    body = null;
  }
  if (response.ok && body !== null) return body;
  const reason =
    typeof body?.error === "string" ? body.error : `The sandbox answered ${response.status} and gave no reason.`;
  throw new Refused(response.status, reason);
}

async function call(method, path, query, body) {
  const url = new URL(`${BASE}/${path}`, location.origin);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  const options = { method, headers: {}, cache: "no-store" };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new Refused(
      0,
      "The sandbox does not answer. If you stopped it, start it again; nothing you wrote here is lost.",
    );
  }
  return answerOf(response);
}

export const api = {
  get: (path, query) => call("GET", path, query),
  post: (path, body) => call("POST", path, null, body ?? {}),
  remove: (path) => call("DELETE", path),
};

/**
 * Listen to what `person` sees, for good: a lost connection is tried again, more and more slowly.
 * `up` is called after every (re)connection, `down` after every loss. Returns a function that stops it.
 */
export function listen(person, { event, up, down }) {
  let source = null;
  let timer = 0;
  let wait = FIRST_WAIT;
  const connect = () => {
    source = new EventSource(`${BASE}/events?as=${encodeURIComponent(person)}`);
    source.onopen = () => {
      wait = FIRST_WAIT;
      up();
    };
    source.onmessage = (message) => event(JSON.parse(message.data));
    source.onerror = () => {
      source.close();
      down();
      timer = setTimeout(connect, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

/** A picked file in the form that the control API takes. */
export async function packed(file) {
  const reader = new FileReader();
  const url = await new Promise((done, failed) => {
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(new Refused(0, `${file.name} could not be read. Pick it again.`));
    reader.readAsDataURL(file);
  });
  return { name: file.name, type: file.type || "application/octet-stream", base64: url.slice(url.indexOf(",") + 1) };
}
