// Enter goes from field to field and sends the form from the last one; the first field to be filled in
// (or mended) has the focus at once: who types sheet after sheet never leaves the keys.
const FIELDS = "input:not([type=hidden]):not([type=file]):not([type=checkbox]), select, textarea";

export function enhance(form) {
  const fields = () => [...form.querySelectorAll(FIELDS)].filter((each) => each.offsetParent !== null);
  form.addEventListener("keydown", (event) => {
    const here = event.target;
    if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!here.matches(FIELDS) || here.matches("textarea")) return;
    event.preventDefault();
    const all = fields();
    const next = all[all.indexOf(here) + 1];
    if (next) {
      next.focus();
      if (next.select) next.select();
    } else {
      form.requestSubmit();
    }
  });
  const wrong = form.querySelector("[aria-invalid=true]");
  if (wrong) return; // The summary of what is to be mended has the focus.
  const first = fields().find((each) => each.value === "" && !each.closest("[data-optional]")) || fields()[0];
  if (first) {
    first.focus();
    if (first.select) first.select();
  }
}
