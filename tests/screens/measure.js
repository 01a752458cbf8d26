// What is wrong with the page as it stands; a list of sentences. `target`, `text`: the smallest in CSS pixels (a zoomed
// target may be the same to the finger, a zoomed text must be larger); `longer`: the page may be longer than the window
// (a tablet, a zoomed screen), else only the part that says so.
async ({ target, text, longer }) => {
  for (const element of [document.querySelector("main"), document.documentElement]) if (element) element.scrollTop = 0;
  for (let frame = 0; frame < 2; frame++) await new Promise((drawn) => requestAnimationFrame(drawn)); // a new size is heard of
  const found = new Set();
  const words = (element) => (element.getAttribute("aria-label") || element.textContent || element.name || element.tagName).trim().replace(/\s+/g, " ").slice(0, 32);
  const shown = (element) => {
    const box = element.getBoundingClientRect(), style = getComputedStyle(element);
    return box.width > 2 && box.height > 2 && style.visibility !== "hidden" && !element.closest(".hidden, [hidden], .skip:not(:focus), dialog:not([open])")
      && !element.closest("details:not([open]) > :not(summary)");
  };
  const page = document.documentElement, main = document.querySelector("main"), dialog = document.querySelector("dialog[open]");
  const scope = dialog ?? document.body;

  if (page.scrollWidth > innerWidth + 1) found.add(`wider than the window: ${page.scrollWidth} of ${innerWidth}`);
  if (main && main.scrollWidth > main.clientWidth + 1) found.add(`content wider than its room: ${main.scrollWidth} of ${main.clientWidth}`);
  if (!longer && page.scrollHeight > innerHeight + 2) found.add(`higher than the window: ${page.scrollHeight} of ${innerHeight}`);
  const below = main ? main.scrollHeight - main.clientHeight - parseFloat(getComputedStyle(main).paddingBottom) : 0;
  if (!longer && below > 8 && !document.querySelector("[data-more]:not([hidden])")) found.add(`${Math.round(below)} pixels more below, and nothing says so`);
  const frame = main && getComputedStyle(main).overflowY !== "visible" ? main.clientHeight : innerHeight;
  if (main && frame < innerHeight * 0.33) found.add(`only ${frame} of ${innerHeight} pixels are left for the content`);

  const kinds = "button, a[href], summary, select, textarea, label:has(input[type=radio], input[type=checkbox]), input:not([type=hidden], [type=radio], [type=checkbox])";
  const controls = [...scope.querySelectorAll(kinds)].filter(shown);
  for (const control of controls) {
    const box = control.getBoundingClientRect(), name = words(control);
    const inline = control.matches("a:not(.button, .choice)") && control.parentElement.matches("p, li, span");
    if (!inline && Math.min(box.width, box.height) < target - 0.5) found.add(`target ${Math.round(box.width)}×${Math.round(box.height)}: ${name}`);
    if (control.scrollWidth > control.clientWidth + 2 && !control.matches("input, select, summary, a:not(.button, .choice)")) found.add(`words cut: ${name}`);
    if (control.scrollHeight > control.clientHeight + 4 && control.matches("button, .button, .choice")) found.add(`words cut below: ${name}`);
    if (box.right > innerWidth + 1 || box.left < -1) found.add(`beside the window: ${name}`);
  }
  // What is behind another thing even when it has been scrolled to.
  const places = [main, page].filter(Boolean).map((element) => [element, element.scrollTop]);
  for (const control of controls) {
    control.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = control.getBoundingClientRect();
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!hit) found.add(`cannot be scrolled to: ${words(control)}`);
    else if (hit.closest("[data-more]") && main.scrollHeight - main.clientHeight - main.scrollTop < 24) continue; // it goes at the end
    else if (!control.contains(hit) && !hit.contains(control) && !hit.closest("label")?.contains(control)) found.add(`covered by “${words(hit)}”: ${words(control)}`);
  }
  for (const [element, top] of places) element.scrollTop = top;

  for (const control of scope.querySelectorAll("button, a[href], select, textarea, input:not([type=hidden])")) {
    if (control.closest("[hidden], dialog:not([open])")) continue;
    const said = control.getAttribute("aria-label") || control.getAttribute("aria-labelledby") || control.textContent.trim() || [...(control.labels ?? [])].map((label) => label.textContent.trim()).join("");
    if (!said) found.add(`no name: ${control.outerHTML.slice(0, 80)}`);
  }

  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT), small = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement;
    if (!node.textContent.trim() || !holder || !shown(holder) || holder.closest("rt, rp, svg, script, style, option")) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    if (size < text - 0.5 && !small.has(holder.className + size)) {
      small.add(holder.className + size);
      found.add(`text of ${size} px: ${node.textContent.trim().slice(0, 24)}`);
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.right > innerWidth + 1) found.add(`text beside the window: ${node.textContent.trim().slice(0, 24)}`);
    const clip = holder.closest("button, .button, .choice, .panel, .verdict, .progress p, .place-name");
    if (clip && (box.right > clip.getBoundingClientRect().right + 2 || (clip.scrollWidth > clip.clientWidth + 1 && getComputedStyle(clip).overflowX === "hidden"))) found.add(`text cut: ${node.textContent.trim().slice(0, 24)}`);
  }
  // やさしい日本語: every kanji has its reading, but for names and dates.
  if (page.lang === "ja-x-easy") {
    const names = [...document.querySelectorAll(".place-name, .place-visit")].map((name) => name.textContent.trim()).filter(Boolean);
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const holder = node.parentElement;
      if (!shown(holder) || holder.closest("ruby, svg, script, [lang]:not(html), [translate=no], .places, .idle")) continue;
      const rest = names.reduce((text, name) => text.replaceAll(name, ""), node.textContent).replace(/(明治|大正|昭和|平成|令和)?[\d元]+年|\d+[月日]/g, "");
      if (/\p{Script=Han}/u.test(rest)) found.add(`no reading: ${rest.trim().slice(0, 30)}`);
    }
  }
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    for (const moving of document.getAnimations()) if (moving.playState === "running") found.add(`moves: ${words(moving.effect.target)}`);
  }
  return [...found];
}
