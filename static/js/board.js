/**
 * Moving a row in an order: focus and words after a move, and dragging as an extra to the buttons.
 *
 * A row has data-row (its id in the database), data-place (its place, in words) and an id; in it stands a
 * form[data-move] with the buttons, and for dragging a [data-drag-handle], the fields `horizon` and `after`
 * and a hidden button[data-move-drop]. A list that can be dropped on has data-drop, its horizon.
 */

// Moving: the focus stays on what was moved, and its new place is read out.

let moved = null;

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  const form = ctx.sourceElement.closest("form[data-move]");
  const row = form?.closest("[data-row]");
  moved = row && { id: row.id, region: ctx.target.id, move: ctx.request.submitter?.value };
});

document.addEventListener("htmx:after:swap", () => {
  if (!moved) return;
  const { id, region, move = "" } = moved;
  moved = null;
  const row = document.getElementById(id);
  // A question or a refusal above the rows has taken the focus.
  if (!row || document.getElementById(region)?.querySelector("[autofocus]")) return;
  const control = row.querySelector(`[data-move-button="${CSS.escape(move)}"]`);
  (control?.checkVisibility() ? control : row.querySelector("a")).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  const said = document.querySelector(`#${CSS.escape(region)} [data-said]`);
  const detail = said?.textContent ?? row.dataset.place;
  document.dispatchEvent(new CustomEvent("portal:announce", { detail }));
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
    this.row.removeAttribute("style");
  }
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.button === 0 && event.target.closest?.("[data-drag-handle]");
  if (!handle) return;
  event.preventDefault();
  new Drag(handle, event);
});
