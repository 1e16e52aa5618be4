// Rows may be dragged onto a point: that ticks the row and presses the button that stands there anyway.
// A row that is not ticked goes alone; of several ticked rows all go.
export function enhance(list) {
  const boxes = Array.from(
    document.querySelectorAll(`input[name="${CSS.escape(list.dataset.rows)}"][form="${CSS.escape(list.dataset.form)}"]`),
  );

  for (const box of boxes) {
    const row = box.closest("li");
    if (!row) continue;
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      if (!box.checked) for (const other of boxes) other.checked = other === box;
      box.dispatchEvent(new Event("change", { bubbles: true }));
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", box.value);
      list.toggleAttribute("data-dragging", true);
    });
    row.addEventListener("dragend", () => list.toggleAttribute("data-dragging", false));
  }

  for (const target of list.querySelectorAll("[data-drop]")) {
    target.addEventListener("dragover", (event) => {
      if (!list.hasAttribute("data-dragging")) return;
      event.preventDefault();
      target.toggleAttribute("data-over", true);
    });
    target.addEventListener("dragleave", () => target.toggleAttribute("data-over", false));
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      target.toggleAttribute("data-over", false);
      target.querySelector("button").click();
    });
  }
}
