// The small map beside a list of places: shows which one is chosen, and lets it be chosen by a tap as well.
export function enhance(figure) {
  const box = document.getElementById(`${figure.dataset.of}-box`);
  const controls = [...box.querySelectorAll("input[type=radio], select")];

  function show() {
    const chosen = controls.find((each) => each.tagName === "SELECT" || each.checked)?.value;
    for (const spot of figure.querySelectorAll("[data-spot]")) {
      spot.toggleAttribute("data-chosen", spot.dataset.spot === chosen);
    }
  }

  figure.addEventListener("click", (event) => {
    const code = event.target.closest("[data-spot]")?.dataset.spot;
    const control = controls.find((each) => each.tagName === "SELECT" || each.value === code);
    if (!code || !control) return;
    if (control.tagName === "SELECT") control.value = code;
    else control.checked = true;
    control.dispatchEvent(new Event("change", { bubbles: true }));
  });
  box.addEventListener("change", show);
  show();
}
