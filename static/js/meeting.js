/**
 * The open meeting: a screen that follows by itself never takes away what somebody is using, and the
 * arrow keys step through the entries on the projector. Without this file the page still follows, and
 * the steps are links.
 */

const IN_USE = [
  "details[data-menu][open]",
  ".board-row--dragged",
  ":is(input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select)",
  "dialog[open]",
].join();

document.addEventListener("htmx:before:swap", (event) => {
  const poll = event.detail.ctx.sourceElement;
  if (!poll.matches("[data-poll]")) return;
  // What is typed or opened stays; the next question, in a few seconds, asks for the same again.
  if (poll.querySelector(IN_USE)) event.preventDefault();
});

const ARROWS = { ArrowLeft: "previous", ArrowRight: "next" };
// A presenter's remote sends these; on a page taller than the screen they scroll, as always.
const PAGES = { PageUp: "previous", PageDown: "next" };

document.addEventListener("keydown", (event) => {
  const fits = document.documentElement.scrollHeight <= innerHeight;
  const step = ARROWS[event.key] ?? (fits ? PAGES[event.key] : undefined);
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  document.querySelector(`[data-step="${step}"]`)?.click();
});
