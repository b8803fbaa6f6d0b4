// Counts and reads while one types, saves a filter, and shows who enters and leaves. The page works without it,
// except for saving and watching.
"use strict";

const body = document.body;
const field = document.getElementById("q");
const answer = document.getElementById("answer");

const number = (value) => Number(value).toLocaleString("en-US");
const element = (tag, text, name) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (name) made.className = name;
  return made;
};

let running = null;
let timer = 0;

function draw(found) {
  const put = (id, value) => {
    const place = document.getElementById(id);
    if (place) place.textContent = number(value);
  };
  if (!document.getElementById("yes")) {
    document.getElementById("ask").submit();
    return;
  }
  answer.querySelectorAll(".problem").forEach((old) => old.remove());
  put("yes", found.count);
  put("no", found.no);
  put("unknown", found.unknown);
  put("total", found.total);
  const share = (part) => (found.total ? part / found.total : 0);
  const bar = answer.querySelector(".bar");
  if (bar) {
    bar.querySelector(".yes").setAttribute("width", share(found.count));
    bar.querySelector(".unknown").setAttribute("x", share(found.count));
    bar.querySelector(".unknown").setAttribute("width", share(found.unknown));
  }
  answer.querySelectorAll(".because").forEach((old) => old.remove());
  if (found.unknown_because.length) {
    const because = element("div", undefined, "because");
    because.append(element("h3", body.dataset.because));
    const list = element("ul");
    for (const blame of found.unknown_because) {
      const item = element("li");
      item.append(element("b", number(blame.count)), ` ${body.dataset.lack} `, element("code", blame.field));
      list.append(item);
    }
    because.append(list);
    answer.append(because);
  }
}

// What the filter means, in the words of the page's tongue; nothing while that is not known.
function say(words) {
  const place = document.querySelector("#words pre");
  if (place) place.textContent = words;
}

async function read(filter, signal) {
  const response = await fetch("/v1/explain", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ filter, words: document.documentElement.lang }),
    signal,
  });
  say(response.ok ? (await response.json()).words : "");
}

function complain(problem) {
  say("");
  answer.querySelectorAll(".problem").forEach((old) => old.remove());
  const box = element("div", undefined, "problem");
  box.append(element("pre", problem.rendered || problem.detail || problem.title || ""));
  answer.prepend(box);
}

async function count() {
  const filter = field.value.trim();
  if (running) running.abort();
  if (!filter) return;
  running = new AbortController();
  answer.classList.add("busy");
  try {
    const response = await fetch("/v1/query", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ filter, count_only: true }),
      signal: running.signal,
    });
    const said = await response.json();
    if (response.ok) draw(said);
    else complain(said);
    answer.classList.remove("busy");
    if (response.ok) await read(filter, running.signal);
  } catch (fault) {
    if (fault.name !== "AbortError") complain({ detail: body.dataset.lost });
  }
}

if (field) {
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(count, 120);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) field.form.requestSubmit();
  });
}

const save = document.getElementById("save");
if (save) {
  save.addEventListener("submit", async (event) => {
    event.preventDefault();
    const name = document.getElementById("save-name").value.trim();
    const label = document.getElementById("save-label").value.trim();
    const result = document.getElementById("save-result");
    const sent = { expression: field.value };
    if (label) sent.label = label;
    try {
      const response = await fetch(`/v1/filters/${encodeURIComponent(name)}`, {
        method: "PUT",
        headers: { "content-type": "application/json", "if-none-match": "*" },
        body: JSON.stringify(sent),
      });
      const said = await response.json().catch(() => ({}));
      result.className = response.ok ? "" : "bad";
      result.textContent = response.ok
        ? `${body.dataset.kept}: ${name}`
        : `${body.dataset.refused}: ${said.rendered || said.detail || said.title || response.status}`;
      if (response.ok) setTimeout(() => location.reload(), 700);
    } catch {
      result.className = "bad";
      result.textContent = body.dataset.lost;
    }
  });
}

const matches = document.getElementById("matches");
const state = document.getElementById("watch-state");
const shown = 30;
let last = body.dataset.sequence;
let recount = 0;

function watch() {
  const stream = new EventSource(`/v1/matches?after=${last}`);
  stream.addEventListener("open", () => { state.hidden = matches.children.length > 0; });
  stream.addEventListener("match", (event) => {
    last = event.lastEventId;
    const match = JSON.parse(event.data);
    const item = element("li");
    item.append(element("time", match.at));
    const someone = match.what === "entered" || match.what === "left";
    if (match.customer || someone) item.append(`${match.customer || body.dataset.erased} `);
    item.append(element("span", body.dataset[match.what] || match.what, match.what), ` ${match.rule}`);
    if (match.what === "initial") item.append(` ${number(match.members)}`);
    matches.prepend(item);
    while (matches.children.length > shown) matches.lastChild.remove();
    state.hidden = true;
    clearTimeout(recount);
    recount = setTimeout(refresh, 300);
  });
  stream.addEventListener("error", () => {
    state.hidden = false;
    state.textContent = body.dataset.lost;
    if (stream.readyState === EventSource.CLOSED) setTimeout(watch, 2000);
  });
}

// The counts of the saved filters follow what was told.
async function refresh() {
  const response = await fetch("/v1/filters");
  if (!response.ok) return;
  const said = await response.json();
  for (const filter of said.filters) {
    for (const item of document.querySelectorAll("#saved li")) {
      if (item.dataset.name === filter.name) item.querySelector("b").textContent = number(filter.count);
    }
  }
  if (field && field.value.trim()) count();
}

watch();
