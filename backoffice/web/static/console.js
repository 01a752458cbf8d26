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
    rememberSent(form);
    // A file that is saved leaves the page as it is: it may be asked for again.
    if (form.dataset.saves) setTimeout(() => { delete form.dataset.sent; }, 3000);
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
      const body = new URLSearchParams(new FormData(form));
      body.delete("once");  // the form's own mark is for sending it
      fetch(form.dataset.draft, { method: "POST", body, keepalive: true, redirect: "manual" })
        .then((answer) => { if (answer.type === "opaqueredirect") ended(form); else if (said && answer.status === 204) said.textContent = said.dataset.draftSaved; })
        .catch(() => { unsaved = true; });
    };
    form.addEventListener("input", () => { unsaved = true; if (said) said.textContent = ""; clearTimeout(timer); timer = setTimeout(save, 1000); });
    addEventListener("pagehide", save);
  });

  // Every other form: what was typed is put back when somebody comes again, and forgotten by the server once sent.
  const keptFields = (form) => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.autocomplete !== "one-time-code" && !field.disabled);
  const picks = (field) => ["checkbox", "radio"].includes(field.type);
  const asDraft = (form) => {
    const body = new URLSearchParams(), fields = keptFields(form);
    fields.forEach((field) => {
      if (picks(field)) {  // boxes of one name are kept together: the values that are picked, with spaces between
        const group = fields.filter((each) => each.name === field.name);
        if (group[0] === field && group.some((each) => each.checked !== each.defaultChecked)) body.append(field.name, group.filter((each) => each.checked).map((each) => each.value).join(" "));
      } else if (field.tagName === "SELECT" ? ![...field.options].every((option) => option.selected === option.defaultSelected) : field.value !== field.defaultValue) body.append(field.name, field.value);
    });
    return body;
  };
  const putBack = (form, values) => {
    let changed = false;
    keptFields(form).forEach((field) => {
      if (!(field.name in values)) return;
      if (picks(field)) { const on = values[field.name].split(" ").includes(field.value); changed ||= on !== field.checked; field.checked = on; }
      else { changed ||= field.value !== values[field.name]; field.value = values[field.name]; }
    });
    return changed;
  };
  const tellDraft = (form, send) => {
    const note = document.getElementById("draft-note").content.firstElementChild.cloneNode(true);
    note.querySelector("button").addEventListener("click", () => { form.reset(); note.remove(); send(); });
    form.prepend(note);
  };
  // What was just sent stays in this tab until the answer is seen: when it is a refusal, an error page or the sign-in,
  // the form gets it back – from the person who sent it, to the same person only.
  const SENT = "demado.sent", PATIENCE = 3600000, MY_NUMBER = /(?:\d[\s-]?){12}/;
  const person = document.getElementById("draft-note")?.dataset.person;
  const pathOf = (form) => new URL(form.action).pathname;
  const sent = () => JSON.parse(sessionStorage.getItem(SENT) || "{}");
  function rememberSent(form, failed = false) {
    const values = [...asDraft(form)].filter(([, value]) => !MY_NUMBER.test(value));
    if (!person || !values.length) return;
    const kept = { person, values: Object.fromEntries(values), at: Date.now(), failed };
    sessionStorage.setItem(SENT, JSON.stringify({ ...sent(), [pathOf(form)]: kept }));
  }
  // A draft that is led to the sign-in: the session is over, and writing on would be for nothing.
  function ended(form) {
    rememberSent(form, true);
    location.assign(`/sign-in?next=${encodeURIComponent(document.querySelector(".languages [name=next]").value)}`);
  }
  const sayBeside = (form, names, text) => {
    const input = names.map((name) => form.elements[name]).find((found) => found instanceof Element);
    const field = input?.closest(".field");
    if (!field || field.querySelector(".error")) return;
    const said = document.createElement("p");
    said.className = "error";
    said.id = `${input.id}-said`;
    said.dataset.said = "";
    said.textContent = text;
    input.before(said);
    field.classList.add("field-wrong");
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-errormessage", said.id);
    for (let part = input.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    input.focus();
  };
  let givenBack = null;
  const giveBack = (form, kept) => {
    givenBack = form;
    if (putBack(form, kept.values)) setTimeout(() => form.dispatchEvent(new Event("input")));
    if (kept.failed) tellDraft(form, () => form.dispatchEvent(new Event("input")));
    const said = document.getElementById("wrong-field");
    if (said) sayBeside(form, said.dataset.field.split(" "), said.content.textContent);
    else kept.wrong?.forEach((name) => sayBeside(form, [name], document.getElementById("field-words").dataset.wrong));
  };
  const answerSeen = () => {
    const problem = document.querySelector("[data-problem]"), refused = document.querySelector("main [role=alert]:not([hidden])");
    const still = {};
    Object.entries(sent()).forEach(([path, kept]) => {
      if (Date.now() - kept.at > PATIENCE) return;
      if (!person || problem) {  // nothing came of it: the form will be asked for again
        const wrong = problem && !kept.failed ? problem.dataset.problem.split("; ").map((place) => place.replace("body.", "")) : kept.wrong;
        still[path] = { ...kept, failed: true, wrong };
        return;
      }
      const form = [...document.forms].find((each) => each.method === "post" && pathOf(each) === path);
      if (kept.person !== person) return;
      if (kept.failed && !form) still[path] = kept;  // on the way to the form
      else if (form && (kept.failed || refused)) giveBack(form, kept);
    });
    sessionStorage.setItem(SENT, JSON.stringify(still));
  };
  answerSeen();
  document.querySelectorAll("form[data-keep]").forEach((form) => {
    const key = new URL(form.action).pathname, token = form.querySelector("[name=csrf]").value;
    let timer = 0, unsaved = false;
    const send = () => {
      clearTimeout(timer);
      if (form.dataset.sent) return;
      unsaved = false;
      const body = asDraft(form);
      body.append("form-of-draft", key);
      fetch("/drafts", { method: "POST", body, headers: { "X-CSRF-Token": token }, keepalive: true, redirect: "manual" })
        .then((answer) => { if (answer.type === "opaqueredirect") ended(form); })
        .catch(() => { unsaved = true; });
    };
    form.addEventListener("input", () => { unsaved = true; clearTimeout(timer); timer = setTimeout(send, 1000); });
    addEventListener("pagehide", () => { if (unsaved) send(); });
    if (form === givenBack || form.querySelector(".field-wrong")) return;  // the answer to what was just sent
    fetch(`/drafts?form=${encodeURIComponent(key)}`, { redirect: "manual" })
      .then((answer) => (answer.status === 200 ? answer.json() : null))
      .then((values) => { if (values && putBack(form, values)) tellDraft(form, send); })
      .catch(() => {});
  });

  // What the browser finds wrong with a field is said beside it, and the first such field is shown.
  const words = document.getElementById("field-words").dataset;
  const wordsFor = (input) => {
    if (input.validity.valueMissing) return words.missing;
    const bounds = ["min", "max"].map((end) => input.getAttribute(end));
    if ((input.validity.rangeUnderflow || input.validity.rangeOverflow) && bounds.every(Boolean)) return `${bounds.join("–")}: ${words.range}`;
    return words.wrong;
  };
  let shownWrong = false;
  document.addEventListener("invalid", (event) => {
    const input = event.target, field = input.closest(".field");
    if (!field) return;
    event.preventDefault();
    field.querySelector("[data-said]")?.remove();
    const said = document.createElement("p");
    said.className = "error";
    said.dataset.said = "";
    said.id = `${input.id}-said`;
    said.textContent = wordsFor(input);
    input.before(said);
    field.classList.add("field-wrong");
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-errormessage", said.id);
    if (!shownWrong) { shownWrong = true; input.focus(); setTimeout(() => { shownWrong = false; }); }
  }, true);
  document.addEventListener("input", (event) => {
    const field = event.target.closest?.(".field");
    if (!field?.querySelector("[data-said]")) return;
    field.querySelector("[data-said]").remove();
    field.classList.remove("field-wrong");
    event.target.removeAttribute("aria-invalid");
    event.target.removeAttribute("aria-errormessage");
  });

  document.querySelectorAll("[data-picks-all]").forEach((all) => {
    const picks = () => [...document.querySelectorAll(`input[name="${CSS.escape(all.dataset.picksAll)}"]`)];
    all.addEventListener("change", () => picks().forEach((pick) => { pick.checked = all.checked; }));
  });

  if (navigator.clipboard) document.querySelectorAll("[data-copies]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copies).then(() => {
      button.textContent = button.dataset.copied;
      button.setAttribute("role", "status");
    }));
  });
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => print());
  });
})();
