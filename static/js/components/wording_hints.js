// Keeps the hints about the wording up to date while somebody writes: asks the server a second after the last
// key, with what the form around it holds. Without it the button 「ことばを確かめる」 does the same.
export function enhance(part) {
  const form = part.closest("form");
  let timer;
  let asking = null;

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(part.dataset.address, {
        method: "POST",
        body: new FormData(form),
        signal: asking.signal,
      });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceChildren(...page.body.childNodes);
    } catch (error) {
      // A hint less is no loss; what was shown stays.
      if (error.name !== "AbortError") asking = null;
    }
  }

  form.addEventListener("input", (event) => {
    if (event.target.tagName !== "TEXTAREA") return;
    clearTimeout(timer);
    timer = setTimeout(ask, 1000);
  });
}
