// Shows what is like the words being typed in the field `data-target`: asks data-address half a second after the
// last key. Without it the same list stands on the page after the form was sent.
export function enhance(part) {
  const field = document.getElementById(part.dataset.target);
  let timer;
  let asking = null;
  if (!field) return;
  part.setAttribute("aria-live", "polite");

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const words = field.value.trim();
    if (words.length < 4) return;
    try {
      const answer = await fetch(`${part.dataset.address}?words=${encodeURIComponent(words)}`, {
        signal: asking.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      part.replaceChildren(...found.body.childNodes);
    } catch (error) {
      // What was shown stays; the step before sending shows the list again.
      if (error.name !== "AbortError") part.replaceChildren();
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 500);
  });
}
