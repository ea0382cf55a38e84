/**
 * What the portal adds where scripts run: drafts, counters, announcements, menus, dragging.
 *
 * Every page works without this file. It hangs on data- attributes that can be searched for, keeps no
 * state of its own about the agenda, and has no texts: those stand on <body> in the page's language.
 */

const texts = document.body.dataset;
document.documentElement.dataset.scripted = "";

// Saying things

/** Read `text` out by the page's polite live region. */
function announce(text) {
  const region = document.getElementById("announce");
  region.textContent = "";
  setTimeout(() => (region.textContent = text), 100);
}

/** Show `text`, or the element of it, as an error at the top of the page, where it is also read out. */
function showError(text, method) {
  const region = document.getElementById("alert");
  region.dataset.method = method;
  const words = { className: "notice notice--error", textContent: text };
  const notice = Object.assign(document.createElement("p"), words);
  region.replaceChildren(text instanceof Element ? text : notice);
  const { top, bottom } = region.getBoundingClientRect();
  if (bottom < 0 || top > innerHeight) region.scrollIntoView({ block: "start" });
}

const messages = document.querySelector("[data-messages]");
if (messages) announce(messages.innerText);

// HTMX: what went wrong, in words. 409 and 422 are answers to show and are swapped in.

function wordsFor(status) {
  if (status === 401) return texts.textSignedOut;
  if (status === 403) return texts.textForbidden;
  if (status === 404 || status === 410) return texts.textMissing;
  return status < 500 ? texts.textRefused : texts.textError;
}

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const { status } = ctx.response;
  if ([409, 422].includes(status) || ctx.hx.redirect) return;
  const told = new DOMParser().parseFromString(ctx.text, "text/html").querySelector("[data-error]");
  showError(told ?? wordsFor(status), ctx.request.method);
});

// The server no longer knew the page's token, and sends one that it knows, for the next try.
document.addEventListener("csrf-token", ({ detail: { token } }) => {
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
  for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = token;
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && !ctx.response) showError(texts.textOffline, ctx.request.method);
});

// A poll that works does not take away what went wrong with a form.
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const region = document.getElementById("alert");
  if (ctx.response.status < 400 && region.dataset.method === ctx.request.method) {
    region.replaceChildren();
  }
});

// A filter that is not set does not stand in the address.

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (!ctx.sourceElement.matches("form[data-filter]")) return;
  for (const name of new Set(ctx.request.body.keys())) {
    if (ctx.request.body.getAll(name).every((value) => value === "")) ctx.request.body.delete(name);
  }
});

// A form is sent once. (The server holds to that too, by the key in the form.)

const sent = new WeakSet();

function release(form) {
  sent.delete(form);
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[data-held]")) {
    button.removeAttribute("data-held");
    button.removeAttribute("aria-disabled");
  }
}

// Capturing, so that it comes before HTMX, which listens on the form itself.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.matches("form[data-once]")) return;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    sent.add(form);
    form.setAttribute("aria-busy", "true");
    event.submitter?.setAttribute("aria-disabled", "true");
    event.submitter?.setAttribute("data-held", "");
    drafts.get(form)?.cancel();
  },
  { capture: true },
);

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement.closest("form[data-once]");
  if (form) release(form);
});

// Back in the browser's history: the page is as it was, so its forms can be sent again.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) document.querySelectorAll("form[data-once]").forEach(release);
});

// Drafts: what is typed goes to the server two seconds after the last key, and when the page is left.

const drafts = new WeakMap();
const typing = new Set();

class FormDraft {
  constructor(form) {
    this.form = form;
  }

  touch() {
    this.cancel();
    typing.add(this);
    this.timer = setTimeout(() => this.save(), 2000);
  }

  cancel() {
    clearTimeout(this.timer);
    typing.delete(this);
  }

  async save() {
    this.cancel();
    const fields = [...new FormData(this.form)].filter(([, value]) => typeof value === "string");
    let words = texts.textDraftFailed;
    try {
      const response = await fetch(texts.draftUrl, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { "HX-Request": "true" },
        keepalive: true,
      });
      if (response.status === 204) return;
      if (response.status === 401) words = texts.textSignedOut;
      if (response.ok) words = asText(await response.text());
    } catch {
      // The network is away: the words say so.
    }
    const line = this.form.querySelector("[data-draft-status]");
    if (line) line.textContent = words;
  }
}

function asText(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-draft]");
  if (!form) return;
  if (!drafts.has(form)) drafts.set(form, new FormDraft(form));
  drafts.get(form).touch();
});

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") [...typing].forEach((draft) => draft.save());
});

// Counters: how much is left of a length that is easy to read. Nothing is ever cut off.

function count(input) {
  const line = document.querySelector(`[data-count-for="${CSS.escape(input.id)}"]`);
  if (!line) return;
  const left = Number(input.dataset.aim) - input.value.length;
  const words = left < 0 ? texts.textCharactersOver : texts.textCharactersLeft;
  const wasOver = line.classList.contains("field__count--over");
  line.classList.toggle("field__count--over", left < 0);
  line.textContent = words.replace("{number}", Math.abs(left));
  if (left < 0 && !wasOver) announce(line.textContent);
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-aim]")) count(target);
});

// Menus (details[data-menu]) close as menus do.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("click", ({ target }) => closeMenus(target));
document.addEventListener("focusin", ({ target }) => closeMenus(target));
document.addEventListener("keydown", ({ key, target }) => {
  const menu = key === "Escape" && target.closest?.("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Moving: the focus stays on what was moved, and its new place is read out.

let moved = null;

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement.closest("form[data-move]");
  const row = form?.closest("[data-row]");
  moved = row ? { id: row.id, move: ctx.request.submitter?.value } : null;
});

document.addEventListener("htmx:after:swap", () => {
  const row = moved && document.getElementById(moved.id);
  const move = moved?.move;
  moved = null;
  // A question or a refusal above the rows has taken the focus.
  if (!row || document.querySelector("#board [autofocus]")) return;
  const control = row.querySelector(`[data-move-button="${CSS.escape(move ?? "")}"]`);
  (control?.checkVisibility() ? control : row.querySelector("a")).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  row.classList.add("board-row--moved");
  setTimeout(() => row.classList.remove("board-row--moved"), 2000);
  announce(row.dataset.place);
});

// Dragging is an extra: it fills in the row's own form and sends that.

class Drag {
  constructor(handle, event) {
    this.row = handle.closest("[data-row]");
    this.form = this.row.querySelector("form[data-move]");
    this.start = { x: event.pageX, y: event.pageY };
    this.line = Object.assign(document.createElement("li"), { className: "drop-line" });
    this.line.setAttribute("aria-hidden", "true");
    this.controller = new AbortController();
    const { signal } = this.controller;
    handle.setPointerCapture(event.pointerId);
    handle.addEventListener("pointermove", (moving) => this.follow(moving), { signal });
    handle.addEventListener("pointerup", () => this.drop(), { signal });
    handle.addEventListener("pointercancel", () => this.end(), { signal });
    addEventListener("keydown", ({ key }) => key === "Escape" && this.end(), { signal });
  }

  follow({ clientX, clientY, pageX, pageY }) {
    const { x, y } = { x: pageX - this.start.x, y: pageY - this.start.y };
    if (!this.started && Math.hypot(x, y) < 5) return;
    this.started = true;
    this.row.classList.add("board-row--dragged");
    this.row.style.translate = `${x}px ${y}px`;
    const edge = 60;
    if (clientY < edge) scrollBy(0, -12);
    if (clientY > innerHeight - edge) scrollBy(0, 12);
    const list = document.elementFromPoint(clientX, clientY)?.closest("[data-drop]");
    if (!list) return this.line.remove();
    const rows = [...list.querySelectorAll(":scope > [data-row]")].filter((row) => row !== this.row);
    const next = rows.find((row) => {
      const { top, height } = row.getBoundingClientRect();
      return clientY < top + height / 2;
    });
    list.insertBefore(this.line, next ?? null);
  }

  drop() {
    const list = this.line.parentElement;
    const before = this.rowBefore();
    const stays = list === this.row.parentElement && before === this.rowBefore(this.row);
    if (list && !stays) {
      this.form.elements.horizon.value = list.dataset.drop;
      this.form.elements.after.value = before?.dataset.row ?? "";
      const button = this.form.querySelector("[data-move-drop]");
      this.end();
      this.form.requestSubmit(button);
    }
    this.end();
  }

  /** Return the row before the drop line (or before `element`), passing over the one that is dragged. */
  rowBefore(element = this.line) {
    let row = element.previousElementSibling;
    while (row && (row === this.row || !row.matches("[data-row]"))) row = row.previousElementSibling;
    return row;
  }

  end() {
    this.controller.abort();
    this.line.remove();
    this.row.classList.remove("board-row--dragged");
    this.row.style.translate = "";
  }
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.button === 0 && event.target.closest?.("[data-drag-handle]");
  if (!handle) return;
  event.preventDefault();
  new Drag(handle, event);
});
