// The waiting room's display: a chime for a number newly called, and the headings go round the languages.
"use strict";
const EACH_MS = 6000;
const numbers = document.querySelector("#numbers");
const asked = document.querySelector("[data-sound]");
const audio = new AudioContext();
let turn = 0, before = calls();

function calls() {
  const written = numbers.querySelector("[data-calls]")?.dataset.calls ?? "";
  return new Set(written.split(" ").filter(Boolean));
}

function chime() {
  if (audio.state !== "running") return;
  sound(audio, "call");
  document.body.dataset.rung = String(Number(document.body.dataset.rung ?? 0) + 1);
}

function speak() {
  for (const said of numbers.querySelectorAll(".said")) {
    const texts = [...said.children];
    texts.forEach((text, at) => text.classList.toggle("now", at === turn % texts.length));
  }
}

// Nobody scrolls here: what does not fit takes turns. A number that is called is always to be seen.
function takeTurns() {
  const upright = matchMedia("(orientation: portrait)").matches, rows = [...numbers.querySelectorAll(".row")];
  const called = rows.filter((row) => row.classList.contains("called"));
  for (const row of called) row.hidden = false;
  const waiting = [...numbers.querySelectorAll(".parked li")], fit = waiting.length ? (upright ? 7 : 8) : (upright ? 9 : 12);
  inTurn(rows.filter((row) => !called.includes(row)), Math.max(1, fit - called.length));
  inTurn(waiting, upright ? 4 : 3);
}

function inTurn(items, most) {
  const now = turn % Math.max(1, Math.ceil(items.length / most));
  items.forEach((item, at) => { item.hidden = Math.floor(at / most) !== now; });
}

// Browsers let a page sound only after a touch, unless the kiosk's policy allows it: then there is nothing to ask.
function ask() { asked.hidden = audio.state === "running"; }
asked.addEventListener("click", async () => { await audio.resume(); ask(); chime(); });
audio.addEventListener("statechange", ask);

new MutationObserver(() => {
  const now = calls();
  if ([...now].some((call) => !before.has(call))) chime();
  before = now;
  speak();
  takeTurns();
}).observe(numbers, { childList: true });
setInterval(() => { turn += 1; speak(); takeTurns(); }, EACH_MS);
addEventListener("resize", takeTurns);
document.body.classList.add("turning");
speak();
takeTurns();
ask();
