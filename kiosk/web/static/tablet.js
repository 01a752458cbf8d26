// The attendant's tablet: a keypad for the PIN. Everything else is plain forms and htmx.
"use strict";

const pin = document.querySelector("#pin");
for (const pad of document.querySelectorAll("[data-keypad]")) {
  pad.addEventListener("pointerdown", (event) => { if (event.target.closest("[data-key]")) event.preventDefault(); });
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (!key || !pin) return;
    pin.value = key === "clear" ? "" : key === "delete" ? pin.value.slice(0, -1) : (pin.value + key).slice(0, pin.maxLength);
  });
}
