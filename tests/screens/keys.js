// The keyboard's way: which controls there are, and where each stands. Radio buttons of one name are one stop.
() => {
  const scope = document.querySelector("dialog[open]") ?? document.body;
  const wanted = "button, a[href], summary, select, textarea, input:not([type=hidden]), [tabindex]";
  const stops = [], groups = new Set();
  for (const control of scope.querySelectorAll(wanted)) {
    const style = getComputedStyle(control);
    if (control.disabled || control.tabIndex < 0 || style.visibility === "hidden" || style.display === "none" || !control.checkVisibility()) continue;
    if (control.closest("dialog:not([open]), [data-more]")) continue; // that one goes when the end is in sight
    if (control.type === "radio") {
      const group = `${control.form?.action} ${control.name}`;
      if (groups.has(group)) continue;
      groups.add(group);
    }
    stops.push(control);
  }
  window.stopAt = () => {
    const control = document.activeElement;
    const at = stops.findIndex((one) => one === control || (one.type === "radio" && control.type === "radio" && one.name === control.name && one.form === control.form));
    if (at < 0) return null;
    const box = control.getBoundingClientRect(), style = getComputedStyle(control);
    const ring = style.outlineStyle !== "none" || style.boxShadow !== "none" || control.matches("main, .skip") || !!control.closest(".era, .wish, .attempt, .person, .check, .shown, .yes-no");
    const main = control.closest("main"), down = scrollY + (main?.scrollTop ?? 0) + (control.closest("#places")?.scrollTop ?? 0);
    return { at, box: [box.left, box.top + down, box.right, box.bottom + down], ring, inside: !!main, free: !!control.closest("[data-kana], .skip") || control.matches("main") };
  };
  document.activeElement?.blur();
  return stops.map((control) => (control.getAttribute("aria-label") || control.textContent || control.name || control.id || control.tagName).trim().replace(/\s+/g, " ").slice(0, 30));
}
