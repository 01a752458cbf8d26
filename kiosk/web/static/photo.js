// The photo booth: the advice's picture, and the shutter without leaving the page, so that the live picture never stops.
"use strict";
{
  const token = document.querySelector('meta[name="csrf"]').content;
  const picture = document.querySelector("[data-advice-picture]");
  const shutter = document.querySelector('form[action="/photo/shoot"]');

  document.addEventListener("moment", ({ detail: moment }) => {
    const wanted = moment.picture ?? (moment.good ? "ready" : null);
    if (picture && wanted) {
      const address = `/static/advice/${wanted}.svg`;
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
