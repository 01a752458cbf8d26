// The attendant's tablet: silence covers what is personal (kiosk.web.locking), a keypad for the PIN, one touch for a
// document all of whose checks were made, the drawer of languages closes when touched beside or left by Escape. Everything else is plain forms and htmx.
"use strict";

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-all]");
  if (!button) return;
  const boxes = button.closest(".checks").querySelectorAll("input[name=check]:not([value$=':name_explained'])");
  for (const box of boxes) box.checked = true;
  boxes[0].dispatchEvent(new Event("change", { bubbles: true }));
});

const pin = document.querySelector("#pin");
for (const pad of document.querySelectorAll("[data-keypad]")) {
  pad.addEventListener("pointerdown", (event) => { if (event.target.closest("[data-key]")) event.preventDefault(); });
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (!key || !pin) return;
    pin.value = key === "clear" ? "" : key === "delete" ? pin.value.slice(0, -1) : (pin.value + key).slice(0, pin.maxLength);
  });
}

const tongues = document.querySelector(".tongues");
document.addEventListener("pointerdown", ({ target }) => { if (tongues?.open && !tongues.contains(target)) tongues.open = false; });
tongues?.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape" || !tongues.open) return;
  tongues.open = false;
  tongues.querySelector("summary").focus();
});

// Silence: the page covers what is personal and shows it at a touch; after longer the kiosk asks for the PIN.
const { cover, lock, quiet } = document.body.dataset;
const curtain = document.querySelector(".cover");
let touched = Date.now() - 1000 * (quiet ?? 0), told = 0;  // a board that draws itself anew was not touched
const silent = () => (Date.now() - touched) / 1000;
const ask = () => location.replace("/attendant");

function drawn(over) {
  document.body.classList.toggle("covered", over);
  curtain.hidden = !over;
}

function here() {
  if (silent() > lock) return ask();
  touched = Date.now();
  drawn(false);
  if (touched - told < 20000) return;
  told = touched;
  fetch("/attendant/here", { method: "POST", keepalive: true, headers: { "X-CSRF-Token": document.querySelector('meta[name="csrf"]').content } }).catch(() => {});
}

if (cover) {
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) addEventListener(kind, here, { passive: true });
  const watch = () => silent() > lock ? ask() : silent() > cover && drawn(true);
  setInterval(watch, 1000);
  watch();
}
