/** Starts the page: people, one or two panes, and the side panel. */

import { startClock } from "../side/clock.js";
import { Faults } from "../side/faults.js";
import { PersonPanel } from "../side/person.js";
import { Tour } from "../side/tour.js";
import { api } from "./api.js";
import { fill, h } from "./dom.js";
import { Pane } from "./pane.js";

const KEPT = "sandbox-view";
const RETRY = 1500;
const PAUSE_AFTER = 60_000;
const wide = matchMedia("(min-width: 900px)");
const roomy = matchMedia("(min-width: 1180px)");
const byId = (id) => document.getElementById(id);

class Page {
  constructor({ people, bot, tour }) {
    Object.assign(this, { people, bot, panes: {}, lastChannel: new Map() });
    this.holder = byId("panes");
    this.kept = this.remembered();
    this.person = new PersonPanel(byId("person"));
    this.tour = new Tour(byId("tour"), { show: (look, first) => this.show(look, first), nameOf: (id) => this.nameOf(id) });
    new Faults(byId("faults"));
    startClock(byId("clock"));
    this.startSwitches();
    this.layOut();
    if (tour !== false) this.startTour();
  }

  async startTour() {
    await this.tour.refresh();
    if (this.tour.isThere && !this.kept) {
      const look = this.tour.looks(this.tour.steps.find((step) => !step.done) ?? {});
      if (look.length) this.show(look);
    }
  }

  nameOf(id) {
    return this.people.find((person) => person.id === id)?.name ?? "somebody";
  }

  /** Who was shown before a reload of the page, if they are still there. */
  remembered() {
    let kept = null;
    try {
      kept = JSON.parse(sessionStorage.getItem(KEPT));
    } catch {
      kept = null;
    }
    const known = (id) => this.people.some((person) => person.id === id);
    const usable = kept && known(kept.left) && known(kept.right) && kept.left !== kept.right;
    const first = this.people[0]?.id;
    const therapist = this.people.find(
      (person) => /therapist/iu.test(`${person.name} ${person.about ?? ""}`) && person.id !== first,
    );
    this.who = usable
      ? { left: kept.left, right: kept.right }
      : { left: first, right: (therapist ?? this.people[1] ?? this.people[0])?.id };
    this.split = usable ? kept.split : true;
    for (const [person, channel] of Object.entries(usable ? (kept.channels ?? {}) : {}))
      this.lastChannel.set(person, channel);
    return usable ? kept : null;
  }

  remember() {
    for (const pane of this.shown()) if (pane.session?.current) this.lastChannel.set(pane.person, pane.session.current);
    const channels = Object.fromEntries(this.lastChannel);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ ...this.who, split: this.split, channels }));
    } catch {
      // Without storage the page simply starts afresh after a reload.
    }
  }

  shown() {
    return ["left", "right"].map((slot) => this.panes[slot]).filter(Boolean);
  }

  get isSplit() {
    return this.split && wide.matches && this.people.length > 1;
  }

  /** Have exactly the panes that fit, playing the people they should. */
  layOut() {
    for (const slot of ["left", "right"]) {
      if (slot === "right" && !this.isSplit) {
        this.panes.right?.close();
        delete this.panes.right;
      } else if (!this.panes[slot]) {
        this.panes[slot] = this.newPane(slot);
        this.holder.append(this.panes[slot].root);
        this.panes[slot].play(this.who[slot], this.lastChannel.get(this.who[slot]));
      }
    }
    this.holder.classList.toggle("is-split", this.isSplit);
    byId("view-one").setAttribute("aria-pressed", String(!this.isSplit));
    byId("view-two").setAttribute("aria-pressed", String(this.isSplit));
    this.afterChange();
  }

  newPane(slot) {
    return new Pane({
      slot,
      people: this.people,
      bot: this.bot,
      onPerson: (id) => this.choose(slot, id),
      onChange: (what) => what !== "used" && this.afterChange(what),
    });
  }

  afterChange(what) {
    this.remember();
    this.person.draw(this.shown());
    const unread = this.shown().reduce((sum, pane) => sum + (pane.session?.totalUnread() ?? 0), 0);
    document.title = unread ? `(${unread}) Local sandbox` : "Local sandbox";
    if (what === "state") this.tour.isThere && this.tour.refreshSoon();
  }

  /** Somebody else in a pane; a person who is in the other pane changes places. */
  choose(slot, id, wanted) {
    this.remember();
    const other = slot === "left" ? "right" : "left";
    const before = this.who[slot];
    const swaps = this.who[other] === id;
    const channel = wanted ?? this.lastChannel.get(id) ?? this.lastChannel.get(before);
    this.who = { ...this.who, [slot]: id, ...(swaps && { [other]: before }) };
    this.panes[slot].play(id, channel);
    if (swaps) this.panes[other]?.play(before, this.lastChannel.get(before));
    this.afterChange();
    byId("said").textContent = `You are now ${this.nameOf(id)}`;
  }

  /** Bring people (and channels) on the screen: two stand as they are named, left and right; one stays where it is. With one view, only `first`. */
  show(look, first = look[0]) {
    const wanted = this.isSplit ? look.slice(0, 2) : [first];
    const slots = ["left", "right"].filter((slot) => this.panes[slot]);
    wanted.forEach(({ as, channel }, at) => {
      const there = slots.find((slot) => this.who[slot] === as);
      const slot = wanted.length > 1 ? slots[at] : (there ?? this.slotFor(as));
      if (slot !== there) this.choose(slot, as, channel);
      else if (channel && this.panes[slot].session.current !== channel) this.panes[slot].open(channel);
      this.flash(this.panes[slot]);
    });
    if (!roomy.matches) setSide(false);
  }

  /** Where one wanted person fits best: therapists at the right, others at the left. */
  slotFor(id) {
    const about = this.people.find((person) => person.id === id)?.about ?? "";
    return this.isSplit && /therapist/iu.test(about) ? "right" : "left";
  }

  flash(pane) {
    pane.root.classList.add("is-pointed-at");
    setTimeout(() => pane.root.classList.remove("is-pointed-at"), 1600);
  }

  seenOrNot() {
    clearTimeout(this.pauseTimer);
    if (document.visibilityState === "visible") this.shown().forEach((pane) => pane.seen());
    else this.pauseTimer = setTimeout(() => this.shown().forEach((pane) => pane.session.pause()), PAUSE_AFTER);
  }

  startSwitches() {
    const choose = (split) => {
      this.split = split;
      this.layOut();
    };
    byId("view-one").addEventListener("click", () => choose(false));
    byId("view-two").addEventListener("click", () => choose(true));
    wide.addEventListener("change", () => this.layOut());
    document.addEventListener("visibilitychange", () => this.seenOrNot());
  }
}

function setSide(open) {
  document.body.classList.toggle("shows-side", open);
  byId("toggle-side").setAttribute("aria-expanded", String(open));
}

function startSide() {
  const toggle = byId("toggle-side");
  setSide(roomy.matches);
  toggle.addEventListener("click", () => {
    const open = !document.body.classList.contains("shows-side");
    setSide(open);
    if (open && !roomy.matches) byId("side").focus();
  });
  byId("side").addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || roomy.matches) return;
    setSide(false);
    toggle.focus();
  });
  byId("close-side").addEventListener("click", () => {
    setSide(false);
    toggle.focus();
  });
  roomy.addEventListener("change", () => setSide(roomy.matches));
}

async function start() {
  startSide();
  const waiting = byId("waiting");
  for (;;) {
    try {
      const answer = await api.get("people");
      if (!answer.people.length) throw new Error("There is nobody to be played yet. Waiting for people…");
      waiting.remove();
      return new Page(answer);
    } catch (error) {
      fill(waiting, h("p", null, error.message));
      await new Promise((done) => setTimeout(done, RETRY));
    }
  }
}

start();
