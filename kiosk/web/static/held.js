// The applicant's page on the tablet: the viewfinder shows the tablet's camera, whose frames go to the kiosk one by one,
// or pictures of the kiosk's own camera. Which one was chosen is remembered by the kiosk, nothing is kept here.
"use strict";
{
  const LONG_SIDE = 1920, QUALITY = 0.85, PAUSE_MS = 60, STILL_MS = 300;
  const finder = document.querySelector("img[src^='/live/camera.mjpg']");
  const choice = document.querySelector("#tablet-eye")?.content.cloneNode(true);
  const chosen = document.querySelector("#tablet-eye")?.dataset.now;
  if (finder && choice) begin(finder, choice);

  function begin(picture, controls) {
    const which = new URL(picture.src).searchParams.get("which") ?? "face";
    const buttons = [...controls.querySelectorAll("[data-eye]")], turn = controls.querySelector("[data-turn]");
    const trouble = controls.querySelector(".eye-trouble");
    const video = Object.assign(document.createElement("video"), { className: "tablet-eye", autoplay: true, playsInline: true, muted: true });
    const canvas = document.createElement("canvas");
    let eye = "kiosk", facing = which === "face" ? "user" : "environment", left = false;
    video.setAttribute("aria-label", picture.alt);
    video.hidden = true;
    picture.removeAttribute("src");
    picture.after(video);
    document.querySelector("#holding-note").after(controls);

    async function open() {
      stop();
      try {
        video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: facing, width: { ideal: 1920 }, height: { ideal: 1080 } }, audio: false });
        video.classList.toggle("mirror", facing === "user");
        trouble.hidden = true;
        return true;
      } catch {
        trouble.textContent = trouble.dataset.textDenied;
        trouble.hidden = false;
        return false;
      }
    }
    function stop() { video.srcObject?.getTracks().forEach((track) => track.stop()); video.srcObject = null; }

    async function choose(wanted) {
      if (wanted === "tablet" && !(await open())) wanted = "kiosk";
      if (wanted === "kiosk") stop();
      eye = wanted;
      video.hidden = eye !== "tablet";
      picture.hidden = eye === "tablet";
      turn.hidden = eye !== "tablet";
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.eye === eye));
    }

    function frame() {
      const scale = Math.min(1, LONG_SIDE / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
      return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    }

    async function send() {
      const answer = await fetch("/attendant/hold/frame", {
        method: "POST", body: await frame(),
        headers: { "X-CSRF-Token": csrf, "Content-Type": "image/jpeg", Accept: "application/json" },
      });
      if (answer.ok) show(await answer.json());
      else if (answer.status !== 409) { left = true; location.replace("/attendant"); }
    }

    async function turnOnce() {
      if (left) return;
      try {
        if (eye === "tablet" && video.videoWidth && !document.hidden) await send();
        if (eye === "kiosk") picture.src = `/live/still.jpg?which=${which}&t=${Date.now()}`;
      } catch { /* the kiosk is away: the next turn asks again */ }
      setTimeout(turnOnce, eye === "tablet" ? PAUSE_MS : STILL_MS);
    }

    for (const button of buttons) button.addEventListener("click", () => {
      choose(button.dataset.eye);
      fetch("/attendant/hold/eye", { method: "POST", body: new URLSearchParams({ csrf, eye: button.dataset.eye }) }).catch(() => {});
    });
    turn.addEventListener("click", () => { facing = facing === "user" ? "environment" : "user"; open(); });
    addEventListener("pagehide", () => { left = true; stop(); });
    if (chosen === "tablet") choose("tablet");
    turnOnce();
  }
}
