// The frame of a photo on the picture: ranges, pointer, wheel; the server cuts what is shown.
"use strict";
(() => {
  const form = document.querySelector("form[data-crop]");
  if (!form) return;
  const { width: W, height: H, least } = Object.fromEntries(Object.entries(form.dataset).map(([name, text]) => [name, Number(text)]));
  const field = (name) => form.elements.namedItem(name);
  const part = (name) => form.querySelector(`[data-${name}]`);
  const frame = part("frame"), result = part("result"), overlay = part("overlay");
  const value = (name) => Number(field(name).value);
  const corners = () => {
    const w = value("width"), h = Math.round(w * 45 / 35), turn = value("roll") * Math.PI / 180;
    const cos = Math.cos(turn), sin = Math.sin(turn), mx = value("x") + w / 2, my = value("y") + h / 2;
    return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, d]) => [mx + (a * w * cos - d * h * sin) / 2, my + (a * w * sin + d * h * cos) / 2]);
  };
  const fits = () => value("width") >= least && corners().every(([x, y]) => x >= -1 && y >= -1 && x <= W + 1 && y <= H + 1);
  let timer = 0;

  const say = (good) => {
    part("good").hidden = !good;
    part("wrong").hidden = good;
    part("keep").disabled = !good;
    frame.classList.toggle("crop-unfit", !good);
  };
  const show = () => {
    const w = value("width"), h = Math.round(w * 45 / 35), x = value("x"), y = value("y"), roll = value("roll");
    frame.setAttribute("transform", `rotate(${roll} ${x + w / 2} ${y + h / 2}) translate(${x} ${y}) scale(${w / 35})`);
    form.querySelectorAll("[data-shows]").forEach((shown) => { shown.textContent = field(shown.dataset.shows).value; });
    part("size").textContent = `${w} × ${h} px`;
    say(fits());
    clearTimeout(timer);
    if (fits()) timer = setTimeout(() => { result.src = `${form.dataset.preview}?${new URLSearchParams({ x, y, width: w, roll })}`; }, 250);
  };
  const put = (name, wanted) => { field(name).value = String(wanted); };
  const shift = (x, y) => { put("x", x); put("y", y); show(); };
  const grow = (by) => {
    const before = value("width");
    put("width", before + by);
    const change = value("width") - before;
    shift(value("x") - change / 2, value("y") - change * 45 / 70);
  };

  result.addEventListener("error", () => say(false));
  form.addEventListener("input", show);
  let drag = null;
  const scale = () => W / overlay.getBoundingClientRect().width;
  overlay.addEventListener("pointerdown", (event) => {
    drag = { at: [event.clientX, event.clientY], from: [value("x"), value("y")] };
    overlay.setPointerCapture(event.pointerId);
  });
  overlay.addEventListener("pointermove", (event) => {
    if (drag) shift(drag.from[0] + (event.clientX - drag.at[0]) * scale(), drag.from[1] + (event.clientY - drag.at[1]) * scale());
  });
  ["pointerup", "pointercancel"].forEach((end) => overlay.addEventListener(end, () => { drag = null; }));
  overlay.addEventListener("wheel", (event) => { event.preventDefault(); grow(event.deltaY > 0 ? 8 : -8); }, { passive: false });
  part("look").hidden = true;
  part("pointer").hidden = false;
  show();
})();
