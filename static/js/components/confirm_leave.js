// Asks before a page with unsent text is left.
export function enhance(form) {
  const before = new FormData(form);
  const start = serialise(before);
  let sending = false;

  form.addEventListener("submit", () => {
    sending = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && form.dataset.saved === undefined && serialise(new FormData(form)) !== start) {
      event.preventDefault();
    }
  });
}

function serialise(data) {
  return JSON.stringify([...data].filter(([, value]) => typeof value === "string"));
}
