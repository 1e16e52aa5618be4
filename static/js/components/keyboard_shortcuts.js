// Single keys for staff: a control carries data-key; "?" opens the list. Never while something is typed,
// never together with Ctrl, Alt or Command. The list has a switch, remembered here, because single keys
// disturb people who speak to their computer.
const OFF = "keyboard-shortcuts-off";

export function enhance(list) {
  const label = document.createElement("label");
  const box = document.createElement("input");

  label.className = "pt-choice";
  box.type = "checkbox";
  box.className = "pt-choice__input";
  box.checked = !localStorage.getItem(OFF);
  label.append(box, " 1文字のキーを使う");
  list.append(label);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat || !box.checked) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
    if (event.key === "?") {
      list.open = !list.open;
      if (list.open) list.querySelector("summary").focus();
      event.preventDefault();
      return;
    }
    const control = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (control && !control.disabled) {
      event.preventDefault();
      control.focus();
      control.click();
    }
  });
}
