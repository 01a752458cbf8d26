// The console's own behaviour: single-key shortcuts (can be switched off, WCAG 2.1.4), one submit a form, dialogs.
"use strict";
(() => {
  const KEYS_OFF = "demado.keys.off";
  const keysOff = () => localStorage.getItem(KEYS_OFF) === "yes";
  const typing = (at) => at.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog[open]");

  // A form is sent once: a second click while the answer is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
  // Coming back by the back button: forms work again, and what may have changed is loaded anew.
  addEventListener("pageshow", (event) => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    if (event.persisted) location.reload();
  });

  const move = (step) => {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(rows.length - 1, Math.max(0, at + step))].focus();
  };
  const press = (key) => {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (target.matches("dialog")) target.showModal();
    else if (target.matches("input, textarea, select")) { target.focus(); target.select?.(); }
    else target.click();
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key !== "?" && keysOff()) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (!press(event.key)) return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    const closer = event.target.closest("[data-closes]");
    if (closer) closer.closest("dialog")?.close();
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => { menu.open = false; menu.firstElementChild.focus(); });
  });

  document.querySelectorAll("[data-keys-switch]").forEach((box) => {
    box.checked = !keysOff();
    box.addEventListener("change", () => localStorage.setItem(KEYS_OFF, box.checked ? "no" : "yes"));
  });
  // What is being written is kept on the server a second after the last key: a session that ends loses nothing.
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const said = form.querySelector("[data-draft-saved]");
    let timer = 0, unsaved = false;
    const save = () => {
      clearTimeout(timer);
      if (!unsaved || form.dataset.sent) return;
      unsaved = false;
      fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true, redirect: "manual" })
        .then((answer) => { if (said && answer.status === 204) said.textContent = said.dataset.draftSaved; })
        .catch(() => { unsaved = true; });
    };
    form.addEventListener("input", () => { unsaved = true; if (said) said.textContent = ""; clearTimeout(timer); timer = setTimeout(save, 1000); });
    addEventListener("pagehide", save);
  });

  document.querySelectorAll("[data-picks-all]").forEach((all) => {
    const picks = () => [...document.querySelectorAll(`input[name="${CSS.escape(all.dataset.picksAll)}"]`)];
    all.addEventListener("change", () => picks().forEach((pick) => { pick.checked = all.checked; }));
  });

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
})();
