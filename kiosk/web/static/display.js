// The waiting room's display: a chime for a number newly called, and the headings go round the languages.
"use strict";
const CHIME = [[659.25, 0], [523.25, 0.45]];  // E5, C5: two tones, as station gongs fall
const EACH_MS = 6000;
const numbers = document.querySelector("#numbers");
const asked = document.querySelector("[data-sound]");
const sound = new AudioContext();
let turn = 0, before = calls();

function calls() {
  const written = numbers.querySelector("[data-calls]")?.dataset.calls ?? "";
  return new Set(written.split(" ").filter(Boolean));
}

function chime() {
  if (sound.state !== "running") return;
  for (const [pitch, after] of CHIME) {
    const tone = sound.createOscillator(), swell = sound.createGain(), at = sound.currentTime + after;
    tone.frequency.value = pitch;
    swell.gain.setValueAtTime(0.0001, at);
    swell.gain.exponentialRampToValueAtTime(0.4, at + 0.03);
    swell.gain.exponentialRampToValueAtTime(0.0001, at + 1.1);
    tone.connect(swell).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 1.2);
  }
  document.body.dataset.rung = String(Number(document.body.dataset.rung ?? 0) + 1);
}

function speak() {
  for (const said of numbers.querySelectorAll(".said")) {
    const texts = [...said.children];
    texts.forEach((text, at) => text.classList.toggle("now", at === turn % texts.length));
  }
}

// Browsers let a page sound only after a touch, unless the kiosk's policy allows it: then there is nothing to ask.
function ask() { asked.hidden = sound.state === "running"; }
asked.addEventListener("click", async () => { await sound.resume(); ask(); chime(); });
sound.addEventListener("statechange", ask);

new MutationObserver(() => {
  const now = calls();
  if ([...now].some((call) => !before.has(call))) chime();
  before = now;
  speak();
}).observe(numbers, { childList: true });
setInterval(() => { turn += 1; speak(); }, EACH_MS);
document.body.classList.add("turning");
speak();
ask();
