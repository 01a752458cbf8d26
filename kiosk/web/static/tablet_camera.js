// The tablet's camera: its frames go to the kiosk one by one; what the kiosk sees in them comes back as advice.
"use strict";
const place = document.querySelector("[data-camera]");
const token = document.querySelector('meta[name="csrf"]').content;
const LONG_SIDE = 1920, QUALITY = 0.85, PAUSE_MS = 60;

if (place) {
  const video = place.querySelector("video");
  const said = place.querySelector("[data-said]");
  const picture = place.querySelector("[data-picture]");
  const count = place.querySelector("[data-count]");
  const shoot = place.querySelector("[data-shoot]");
  const canvas = document.createElement("canvas");
  let facing = "user", failures = 0, left = false;

  async function open() {
    video.srcObject?.getTracks().forEach((track) => track.stop());
    try {
      const wanted = { facingMode: facing, width: { ideal: 1920 }, height: { ideal: 1080 } };
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      video.classList.toggle("mirror", facing === "user");
      shoot.disabled = false;
      said.classList.remove("wrong");
    } catch {
      shoot.disabled = true; // without a picture from here the kiosk's own camera would answer
      said.textContent = place.dataset.textDenied;
      said.classList.add("wrong");
    }
  }

  function still() {
    const scale = Math.min(1, LONG_SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  }

  function show(moment) {
    if (moment.step !== "photo" || moment.phase === "judged") { left = true; return location.replace("/attendant"); }
    const text = moment.advice ?? "";
    if (text && withoutReadings(said) !== text) say(said, moment.read ?? text);
    said.classList.toggle("good", moment.good);
    place.classList.toggle("good", moment.good);
    const wanted = moment.picture ?? (moment.good ? "ready" : null);
    if (wanted) picture.src = `/static/advice/${wanted}.svg`;
    count.hidden = moment.seconds === null;
    if (moment.seconds !== null) count.textContent = moment.seconds > 0 ? moment.seconds : "";
  }

  async function send() {
    if (left) return;
    if (video.videoWidth && !document.hidden) {
      try {
        const answer = await fetch("/attendant/camera/frame", {
          method: "POST", body: await still(),
          headers: { "X-CSRF-Token": token, "Content-Type": "image/jpeg", Accept: "application/json" },
        });
        if (!answer.ok) { left = true; return location.replace("/attendant"); }
        show(await answer.json());
        failures = 0;
      } catch {
        if (++failures === 5) said.textContent = place.dataset.textLost;
      }
    }
    setTimeout(send, failures ? 1000 : PAUSE_MS);
  }

  shoot.addEventListener("click", () =>
    fetch("/attendant/camera/shoot", { method: "POST", headers: { "X-CSRF-Token": token, Accept: "application/json" } }).catch(() => {}));
  place.querySelector("[data-turn]").addEventListener("click", () => { facing = facing === "user" ? "environment" : "user"; open(); });
  addEventListener("pagehide", () => video.srcObject?.getTracks().forEach((track) => track.stop()));
  open().then(send);
}
