// Keeps the progress of a long run up to date: looks every few seconds at the run's own page. When the run is over the
// page is shown anew, with what came out. Without it a link does the same.
const EVERY = 3000;

export function enhance(part) {
  let current = part;

  async function look() {
    if (document.hidden) return setTimeout(look, EVERY);
    try {
      const answer = await fetch(current.dataset.address);
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(current.id);
      if (!fresh || !fresh.dataset.address) return location.reload();
      const link = current.querySelector("a");
      const hasFocus = link !== null && link === document.activeElement;
      current.replaceWith(fresh);
      current = fresh;
      if (hasFocus) fresh.querySelector("a")?.focus();
    } catch {
      // The server is away for a moment: the link stays, and the next look may succeed.
    }
    return setTimeout(look, EVERY);
  }

  setTimeout(look, EVERY);
}
