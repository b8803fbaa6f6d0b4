// Offers what fits where one types: names, words and values from the rules that serve. Arrows choose,
// Tab or Enter takes, Escape closes. Nothing is known here but what /v1/complete answers.
"use strict";

(() => {
  const field = document.getElementById("q");
  const list = document.getElementById("offers");
  if (!field || !list) return;

  const shown = 8;
  const bytes = (text) => new TextEncoder().encode(text).length;
  // What lies before a byte of the text.
  const before = (text, at) => new TextDecoder().decode(new TextEncoder().encode(text).slice(0, at));
  let offers = null;
  let chosen = -1;
  let asking = null;

  function close() {
    offers = null;
    chosen = -1;
    list.hidden = true;
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-expanded", "false");
  }

  function mark(at) {
    chosen = at;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", `offer-${at}`);
  }

  function take(at) {
    const offer = offers.candidates[at];
    const text = field.value;
    const start = before(text, offers.start).length;
    const end = before(text, offers.end).length;
    field.setRangeText(offer.text, start, end, "end");
    close();
    field.focus();
    field.dispatchEvent(new Event("input"));
  }

  function draw(found) {
    close();
    if (!found.candidates.length || document.activeElement !== field) return;
    offers = found;
    found.candidates.slice(0, shown).forEach((offer, at) => {
      const item = document.createElement("li");
      item.id = `offer-${at}`;
      item.setAttribute("role", "option");
      const text = document.createElement("code");
      text.textContent = offer.text;
      const about = document.createElement("small");
      about.textContent = offer.about;
      item.append(text, " ", about);
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(at);
      });
      list.append(item);
    });
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    mark(-1);
  }

  async function ask() {
    if (asking) asking.abort();
    const text = field.value;
    const place = field.selectionStart;
    if (!text.trim() || place !== field.selectionEnd) return close();
    asking = new AbortController();
    try {
      const response = await fetch("/v1/complete", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ expression: text, at: bytes(text.slice(0, place)) }),
        signal: asking.signal,
      });
      if (response.ok) draw(await response.json());
      else close();
    } catch (fault) {
      if (fault.name !== "AbortError") close();
    }
  }

  field.addEventListener("input", (event) => { if (!event.isComposing) ask(); });
  field.addEventListener("compositionend", ask);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (!offers || event.ctrlKey || event.metaKey || event.isComposing) return;
    const count = list.children.length;
    if (event.key === "ArrowDown") mark((chosen + 1) % count);
    else if (event.key === "ArrowUp") mark(chosen < 1 ? count - 1 : chosen - 1);
    else if (event.key === "Tab" || (event.key === "Enter" && chosen >= 0)) take(Math.max(chosen, 0));
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
})();
