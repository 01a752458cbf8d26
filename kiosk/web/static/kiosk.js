// The applicant's pages: they work as plain forms; this makes them quick. Nothing is kept in the browser.
"use strict";

const version = Number(document.body.dataset.version);
const csrf = document.querySelector('meta[name="csrf"]').content;
const one = (selector) => document.querySelector(selector);

// ── the moment: advice, countdown, silence, and when to draw the page anew ───────────────────────────
function fresh() {
  for (const picture of document.querySelectorAll("img[src^='/live/']")) picture.removeAttribute("src");
  location.replace(location.pathname);
}

// A touch on its way goes first: drawing anew would take it back. Whoever hears nothing for long asks.
const PATIENCE = 4000;
let left = -PATIENCE, heard = 0;
function show(moment) {
  heard = performance.now();
  if (moment.version !== version) return performance.now() - left < PATIENCE ? void (heard = 0) : fresh();
  document.dispatchEvent(new CustomEvent("moment", { detail: moment }));
  const advice = one("[data-advice]");
  const words = advice?.querySelector("span");
  if (words && moment.advice && withoutReadings(words) !== moment.advice) say(words, moment.read ?? moment.advice);
  advice?.classList.toggle("good", moment.good);
  advice?.classList.toggle("wrong", moment.wrong);
  one(".viewfinder")?.classList.toggle("good", moment.good);
  count(moment.seconds);
  warn(moment.silence);
  for (const call of document.querySelectorAll("[data-help]")) call.hidden = (call.dataset.help === "yes") !== moment.help;
  const farewell = one("[data-farewell]");
  if (farewell && moment.farewell !== null) farewell.textContent = moment.farewell;
  const sent = one("[data-sent]");
  if (sent && moment.sent) say(sent.querySelector(".sent-state"), sent.dataset.textSent);
}

function count(seconds) {
  const countdown = one("[data-countdown]");
  if (!countdown) return;
  countdown.hidden = seconds === null;
  if (seconds !== null) countdown.querySelector("strong").textContent = seconds > 0 ? seconds : "";
}

function warn(seconds) {
  const dialog = one("#silence");
  if (!dialog) return;
  if (seconds === null) {
    if (dialog.open) dialog.close();
    return;
  }
  one("[data-silence]").textContent = seconds;
  if (!dialog.open) dialog.showModal();
}

function listen() {
  const events = new EventSource("/live/events");
  events.addEventListener("moment", (event) => show(JSON.parse(event.data)));
  addEventListener("pagehide", () => events.close());
  setInterval(async () => {
    if (events.readyState === EventSource.OPEN && performance.now() - heard < PATIENCE) return;
    try {
      show(await (await fetch("/api/moment", { signal: AbortSignal.timeout(PATIENCE) })).json());
    } catch { /* the service is away: the next turn asks again */ }
  }, 1500);
}

// ── the person is still there ────────────────────────────────────────────────────────────────────────
let lastWord = 0;
function alive() {
  if (Date.now() - lastWord < 4000) return;
  lastWord = Date.now();
  fetch("/alive", { method: "POST", headers: { "X-CSRF-Token": csrf } }).catch(() => {});
}
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, alive, { passive: true });
for (const button of document.querySelectorAll("[data-still-here]")) button.addEventListener("click", () => { lastWord = 0; alive(); });

// ── typing: keypads, groups of four, the second entry ────────────────────────────────────────────────
let field = one("input[autofocus]") ?? one("input.digits, #q");
addEventListener("focusin", (event) => {
  if (event.target.matches("input:not([type=radio], [type=checkbox])")) field = event.target;
});

function press(key) {
  if (!field) return;
  if (key === "clear") field.value = "";
  else if (key === "delete") field.value = field.value.trimEnd().slice(0, -1);
  else if (field.dataset.groups || field.value.length < field.maxLength) field.value += key;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
for (const pad of document.querySelectorAll("[data-keypad], [data-kana]")) {
  pad.addEventListener("pointerdown", (event) => { if (event.target.closest("[data-key]")) event.preventDefault(); });
  pad.addEventListener("click", (event) => { const key = event.target.closest("[data-key]"); if (key) press(key.dataset.key); });
}

const plain = (text) => text.normalize("NFKC").replace(/[^0-9]/g, "");
for (const entry of document.querySelectorAll("[data-groups]")) {
  entry.addEventListener("input", () => {
    const digits = plain(entry.value).slice(0, Number(entry.dataset.groups));
    entry.value = digits.replace(/(.{4})(?=.)/g, "$1 ");
    if (digits.length === Number(entry.dataset.groups) && entry.id === "form_id") one("#form_id_again").focus();
    compare();
  });
}
function compare() {
  const count = one("[data-count]");
  const [first, second] = ["#form_id", "#form_id_again"].map((name) => plain(one(name).value));
  const typing = field.id === "form_id_again" ? second : first;
  const left = 23 - typing.length;
  const differs = second !== "" && !first.startsWith(second);
  count.classList.toggle("same", left === 0 && first === second);
  count.classList.toggle("different", differs);
  say(count, differs ? count.dataset.textDifferent : left > 0 ? count.dataset.textFirst.replace("%(n)s", left) : first === second ? count.dataset.textSame : "");
}
// A part of a date that no further figure can follow leads to the next: 4月 is one key, 10月 two.
for (const part of document.querySelectorAll("[data-jump]")) {
  part.addEventListener("input", () => {
    const era = one("input[name=era]:checked") ?? one("input[name=era]");
    const last = Number(part.id === "year" ? era.dataset.last : part.dataset.jump);
    const typed = plain(part.value);
    if (typed.length >= Math.max(2, String(last).length) || Number(typed) * 10 > last) part.closest("p").nextElementSibling?.querySelector("input")?.focus();
  });
}

// ── a hand scanner types a line and presses Enter: into no field, and only the form's step takes it ──
const BURST = 50, LINE = 150, LEAST = 4;
let line = "", lastKey = -1e9, scanning = false, fields = [];
function scanned(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
addEventListener("keydown", (event) => {
  const ends = event.key === "Enter" || event.key === "Tab";
  if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey || (event.key.length !== 1 && !ends)) return;
  const inside = event.target.matches("input, textarea");
  if (event.timeStamp - lastKey > (scanning || !inside ? LINE : BURST)) {
    line = "", scanning = false;
    fields = [...document.querySelectorAll("input:not([type=radio], [type=checkbox], [type=hidden]), textarea")].map((entry) => [entry, entry.value]);
  }
  lastKey = event.timeStamp;
  if (ends && !scanning) return void (line = "");
  if (!ends) line += event.key;
  if (!scanning && line.length >= LEAST) {
    scanning = true;
    for (const [entry, value] of fields) entry.value = value;
  }
  if (!scanning) return;
  scanned(event);
  if (!ends) return;
  const form = one("#scanner"), text = line;
  line = "", scanning = false;
  if (!form || text.length <= 8) return;
  form.elements.code.value = text;
  form.requestSubmit();
}, { capture: true });

// ── a text longer than the screen says so, and a touch leads on ──────────────────────────────────────
const main = one("#main"), more = one("[data-more]");
function longer() {
  more.hidden = main.scrollHeight - main.clientHeight - main.scrollTop < 24;
}
if (more) {
  more.addEventListener("click", () => main.scrollBy({ top: main.clientHeight * 0.75, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" }));
  main.addEventListener("scroll", longer, { passive: true });
  addEventListener("resize", longer);
  addEventListener("load", longer);
  for (const kind of ["toggle", "change"]) main.addEventListener(kind, longer, { capture: true });
  longer();
}

// ── calling staff, large text and contrast leave the page, and what is typed on it, as it is ─────────
const BESIDE = "[action='/help'], [action='/view']:has([name=large], [name=contrast])";
async function beside(event, form) {
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
    if (!answer.ok) return form.submit();
  } catch { return form.submit(); }
  const wanted = form.querySelector("[name=large], [name=contrast]");
  if (!wanted) return;
  const on = wanted.value === "on";
  document.documentElement.classList.toggle(wanted.name, on);
  form.querySelector("button").setAttribute("aria-pressed", String(on));
  wanted.value = on ? "off" : "on";
  if (more) longer();
}

// ── a form goes once ─────────────────────────────────────────────────────────────────────────────────
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.gone) return event.preventDefault();
  if (form.matches(BESIDE)) return void beside(event, form);
  if (form.id === "search") return event.preventDefault();
  form.dataset.gone = "yes";
  left = performance.now();
});
addEventListener("pageshow", () => { left = -PATIENCE; for (const form of document.forms) delete form.dataset.gone; });

for (const entry of document.querySelectorAll("[data-groups]")) if (entry.value) entry.dispatchEvent(new Event("input", { bubbles: true }));
one(".refusal")?.scrollIntoView({ block: "nearest" });
if (!one("input[autofocus]")) one("#main")?.focus({ preventScroll: true });
listen();
