/**
 * What the portal adds where scripts run: drafts, counters, announcements, menus.
 * (Moving and dragging stand in board.js.)
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

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").body;
}

document.addEventListener("portal:announce", ({ detail }) => announce(detail));

const messages = document.querySelector("[data-messages]");
if (messages) announce(messages.innerText);

// HTMX: what went wrong, in the server's words if it sent any. 409 and 422 are answers to show in
// place and are swapped in.

function isAnswer(status) {
  return status < 400 || status === 409 || status === 422;
}

function wordsFor(status) {
  if (status === 401) return texts.textSignedOut;
  if (status === 403) return texts.textForbidden;
  if (status === 404 || status === 410) return texts.textMissing;
  return status < 500 ? texts.textRefused : texts.textError;
}

document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
  const { status } = ctx.response;
  if (isAnswer(status) || ctx.hx.redirect) return;
  const told = parse(ctx.text).querySelector("[data-error]");
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
  if (isAnswer(ctx.response.status) && region.dataset.method === ctx.request.method) {
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

// A button that says it cannot be pressed is not.
document.addEventListener(
  "click",
  (event) => {
    if (!event.target.closest?.('button[aria-disabled="true"]')) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);

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
      if (response.ok) words = parse(await response.text()).textContent.trim();
    } catch {
      // The network is away: the words say so.
    }
    const line = this.form.querySelector("[data-draft-status]");
    if (line) line.textContent = words;
  }
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
