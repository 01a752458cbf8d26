// Reads another kiosk's code with the tablet's camera: pictures go to this kiosk until one holds a code, then the form goes.
"use strict";
const reading = document.querySelector("[data-pair-camera]");
reading?.querySelector("[data-read]").addEventListener("click", async ({ currentTarget: button }) => {
  const video = reading.querySelector("video"), said = reading.querySelector("[data-said]"), canvas = document.createElement("canvas");
  const token = document.querySelector('meta[name="csrf"]').content;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
  } catch {
    said.textContent = reading.dataset.textDenied;
    return;
  }
  button.hidden = true;
  video.hidden = false;
  await video.play();
  addEventListener("pagehide", () => video.srcObject.getTracks().forEach((track) => track.stop()));
  const turn = async () => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    const body = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    try {
      const answer = await fetch("/attendant/venue/pair/frame", { method: "POST", body, headers: { "X-CSRF-Token": token, "Content-Type": "image/jpeg", Accept: "application/json" } });
      const { code } = answer.ok ? await answer.json() : {};
      if (code) {
        const entry = document.querySelector("#pair-code");
        entry.value = code;
        return entry.form.requestSubmit();
      }
    } catch { /* the kiosk is away: the next picture asks again */ }
    setTimeout(turn, 250);
  };
  turn();
});
