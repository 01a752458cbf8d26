// The photo booth: the advice's picture, the countdown's tones, and the shutter without leaving the page, so that the
// live picture never stops.
"use strict";
{
  // A short tone a second, a higher one when the picture is taken; nothing is fetched, the browser makes them.
  const wanted = document.querySelector("[data-sound]")?.dataset.sound === "on";
  let audio = null, counted = null, taking = false;
  function tone(hertz, seconds) {
    audio ??= new AudioContext();
    if (audio.state === "suspended") audio.resume().catch(() => {});
    const [source, loudness, now] = [audio.createOscillator(), audio.createGain(), audio.currentTime];
    source.frequency.value = hertz;
    loudness.gain.setValueAtTime(0.0001, now);
    loudness.gain.exponentialRampToValueAtTime(0.3, now + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, now + seconds);
    source.connect(loudness).connect(audio.destination);
    source.start(now);
    source.stop(now + seconds);
    document.body.dataset.tones = Number(document.body.dataset.tones ?? 0) + 1;
  }
  document.addEventListener("moment", ({ detail: moment }) => {
    if (wanted && moment.seconds !== counted && moment.seconds > 0) tone(880, 0.15);
    if (wanted && !taking && moment.phase === "taking") tone(1320, 0.3);
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
