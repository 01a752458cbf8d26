"""What axe-core finds on a page: every rule it knows of WCAG 2.2 A and AA.

Nine tenths of axe's time go into contrast. What has the same path of tags, classes and states has the same colours, so
contrast is looked at where such a path is met for the first time.
"""

from __future__ import annotations

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_SCRIPT: Final = Axe().axe_script
_STATES: Final = ["type", "disabled", "open", "checked", "role", "aria-current", "aria-selected", "aria-pressed",
                  "aria-disabled", "aria-invalid", "aria-expanded", "aria-checked", "style"]  # fmt: skip
_RUN: Final = """async ([seen, states]) => {
  const known = new Set(seen), fresh = [], met = [];
  const step = (one) => one.localName + '.' + [...one.classList].sort().join('.')
    + states.map((name) => one.getAttribute(name) === null ? '' : `[${name}=${one.getAttribute(name)}]`).join('');
  const path = (one) => one ? path(one.parentElement) + '>' + step(one) : '';
  const speaks = (one) => one.matches('input, select, textarea')
    || [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const one of document.body.querySelectorAll('*')) {
    if (!speaks(one) || !one.checkVisibility()) continue;
    const its = path(one);
    if (known.has(its)) continue;
    known.add(its); met.push(its); fresh.push(one);
  }
  const always = {resultTypes: ['violations'], iframes: false, preload: false};
  const found = [await axe.run({...always, rules: {'color-contrast': {enabled: false}}})];
  if (fresh.length) found.push(await axe.run({include: fresh}, {...always, runOnly: ['color-contrast']}));
  const said = found.flatMap((one) => one.violations).map(
    (one) => `${one.id}: ${one.help} ${one.nodes.map((node) => node.target)}`);
  return [said, met];
}"""


class Looking:
    """Looks at one page after the other, with its details opened."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def __call__(self, page: Page) -> list[str]:
        """A line for each rule that is broken. The script is evaluated, not put in, so the page's policy holds."""
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        page.evaluate(_SCRIPT)
        said, met = page.evaluate(_RUN, [self._seen, _STATES])
        self._seen += met
        return [str(line) for line in said]
