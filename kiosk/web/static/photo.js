// The photo booth: the advice's picture, the countdown's tones, and the shutter without leaving the page, so that the
// live picture never stops.
"use strict";
{
  // A short tone a second, a higher and longer one when the picture is taken (tone.js).
  const wanted = document.querySelector("[data-sound]")?.dataset.sound === "on";
  let audio = null, counted = null, taking = false;
  function tone(name) {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume().catch(() => {});
    sound(audio, name);
    document.body.dataset.tones = Number(document.body.dataset.tones ?? 0) + 1;
  }
  document.addEventListener("moment", ({ detail: moment }) => {
    if (wanted && moment.seconds !== counted && moment.seconds > 0) tone("count");
    if (wanted && !taking && moment.phase === "taking") tone("taken");
    counted = moment.seconds;
    taking = moment.phase === "taking";
  });

  const token = document.querySelector('meta[name="csrf"]').content;
  const picture = document.querySelector("[data-advice-picture]");
  const shutter = document.querySelector('form[action="/photo/shoot"]');

  document.addEventListener("moment", ({ detail: moment }) => {
    const drawing = moment.picture ?? (moment.good ? "ready" : null);
    if (picture && drawing) {
      const address = `/static/advice/${drawing}.svg`;
      if (picture.getAttribute("src") !== address) picture.src = address;
    }
    document.querySelector(".viewfinder")?.classList.toggle("taking", moment.phase === "taking");
    const button = shutter?.querySelector("button");
    if (button && moment.phase) button.disabled = moment.phase !== "live";
  });

  shutter?.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch("/photo/shoot", { method: "POST", headers: { "X-CSRF-Token": token, Accept: "application/json" } });
      if (!answer.ok) location.replace("/");
    } catch {
      location.replace("/");
    } finally {
      delete shutter.dataset.gone;
    }
  });
}
