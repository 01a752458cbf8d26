// Readings over kanji, for やさしい日本語, in what arrives while a page stands.
"use strict";

// A text whose readings are written {word|reading}, as elements.
function say(element, text) {
  element.replaceChildren(...text.split(/(\{[^{}|]+\|[^{}|]+\})/).map((part) => {
    const [, word, reading] = part.match(/^\{([^{}|]+)\|([^{}|]+)\}$/) ?? [];
    if (!word) return part;
    const ruby = document.createElement("ruby"), above = document.createElement("rt");
    above.textContent = reading;
    ruby.append(word, above);
    return ruby;
  }));
}

function withoutReadings(element) {
  const copy = element.cloneNode(true);
  for (const reading of copy.querySelectorAll("rt, rp")) reading.remove();
  return copy.textContent;
}
