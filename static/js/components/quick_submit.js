// Ctrl+Enter (or Command+Enter) sends the form from any of its fields, as its first button would:
// who enters paper after paper never leaves the keys.
export function enhance(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const first = form.querySelector("button[type=submit]");
    event.preventDefault();
    form.requestSubmit(first);
  });
}
