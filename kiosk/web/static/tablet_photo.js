// A picture somebody brought: its bytes go to the kiosk as they are, with the day it was taken.
"use strict";
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-send]");
  if (!button) return;
  const place = button.closest("[data-bring]");
  const day = place.querySelector("#taken_on"), chosen = place.querySelector("#photo_file");
  if (!day.reportValidity()) return;
  const file = chosen.files[0];
  if (!file) return chosen.click();
  const label = button.querySelector("span");
  label.textContent = button.dataset.textBusy;
  button.disabled = true;
  const token = document.querySelector('meta[name="csrf"]').content;
  await fetch(`/attendant/photo/file?taken_on=${encodeURIComponent(day.value)}`, {
    method: "POST", body: file, redirect: "manual",
    headers: { "X-CSRF-Token": token, "Content-Type": "application/octet-stream", Accept: "application/json" },
  }).catch(() => {});
  location.replace("/attendant");  // the board shows the picture, or why it was refused
});
