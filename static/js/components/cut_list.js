// Quicker cutting: words marked with the mouse (or Shift and the arrow keys) become one piece, arrow keys go from box
// to box, and the number of pieces is said as it changes. The places are counted as the server counts them:
// by whole characters, not by halves.
export function enhance(list) {
  const tool = document.createElement("div");
  const button = document.createElement("button");
  const told = document.createElement("p");
  const boxes = () => Array.from(list.querySelectorAll("input[name=cut]"));
  let marked = null;

  tool.className = "pt-cuts-tool";
  button.type = "button";
  button.className = "pt-button";
  button.dataset.kind = "secondary";
  button.textContent = "選んだ言葉を1つの区切りにする";
  button.disabled = true;
  told.setAttribute("role", "status");
  tool.append(button, told);
  list.after(tool);

  function tell() {
    told.textContent = `いま${boxes().filter((box) => box.checked).length + 1}つに分かれます`;
  }

  // How many characters stand in the unit before this point of the document.
  function placeOf(node, offset) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const text = element.closest(".pt-cuts__text");
    const range = document.createRange();
    if (!text || !list.contains(text)) return null;
    range.setStart(text, 0);
    range.setEnd(node, offset);
    return Number(text.dataset.start) + Array.from(range.toString()).length;
  }

  function cutAt(place) {
    if (!place) return;
    let box = boxes().find((each) => Number(each.value) === place);
    if (!box) {
      const texts = Array.from(list.querySelectorAll(".pt-cuts__text"));
      const text = texts.findLast((each) => Number(each.dataset.start) < place);
      const all = Array.from(text.textContent);
      const within = place - Number(text.dataset.start);
      // At the very end of the text, or among the spaces before the next unit, nothing is to be cut.
      if (within >= all.length || !all.slice(within).join("").trim()) return;
      const label = document.createElement("label");
      box = document.createElement("input");
      label.className = "pt-cuts__cut";
      box.type = "checkbox";
      box.className = "pt-choice__input";
      box.name = "cut";
      box.value = place;
      if (list.dataset.form) box.setAttribute("form", list.dataset.form);
      label.append(box, `文の途中で切る：「${all.slice(within, within + 12).join("")}…」の前`);
      text.closest("li").append(label);
    }
    box.checked = true;
  }

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) {
      // The mark goes when the button is pressed: what was marked last still counts.
      if (document.activeElement !== button) button.disabled = true;
      return;
    }
    const range = selection.getRangeAt(0);
    const start = placeOf(range.startContainer, range.startOffset);
    const end = placeOf(range.endContainer, range.endOffset);
    if (start === null || end === null) return;
    marked = [start, end];
    button.disabled = false;
  });

  button.addEventListener("click", () => {
    if (!marked) return;
    marked.forEach(cutAt);
    document.getSelection().removeAllRanges();
    button.disabled = true;
    tell();
  });

  list.addEventListener("keydown", (event) => {
    if (event.target.name !== "cut" || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    const all = boxes();
    const next = all[all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  list.addEventListener("change", tell);
  tell();
}
