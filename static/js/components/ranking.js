// Places for options: buttons move an option up and down, and no place is given twice.
export function enhance(list) {
  const selects = [...list.querySelectorAll("select")];
  const last = Number(list.dataset.places);
  const spoken = document.createElement("p");
  spoken.className = "pt-visually-hidden";
  spoken.setAttribute("role", "status");
  list.after(spoken);
  let before = new Map(selects.map((select) => [select, select.value]));

  for (const select of selects) {
    const name = list.querySelector(`label[for="${select.id}"]`).textContent.trim();
    for (const [mark, words, step] of [
      ["↑", "上げる", -1],
      ["↓", "下げる", 1],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pt-question__move";
      button.textContent = mark;
      button.setAttribute("aria-label", `「${name}」の順位を${words}`);
      button.addEventListener("click", () => move(select, step, name));
      select.parentElement.append(button);
    }
    select.addEventListener("change", () => give(select, select.value, name));
  }

  function move(select, step, name) {
    const place = Number(select.value);
    if (!place) {
      const taken = new Set(selects.map((each) => each.value));
      const free = Array.from({ length: last }, (_, n) => String(n + 1)).find((each) => !taken.has(each));
      if (step < 0) give(select, free ?? String(last), name);
    } else {
      const next = place + step;
      if (next >= 1) give(select, next > last ? "" : String(next), name);
    }
  }

  function give(select, place, name) {
    const old = before.get(select);
    const other = place && selects.find((each) => each !== select && each.value === place);
    select.value = place;
    if (other) other.value = old;
    before = new Map(selects.map((each) => [each, each.value]));
    spoken.textContent = place ? `「${name}」を${place}位にしました。` : `「${name}」の順位を外しました。`;
    for (const kind of ["input", "change"]) select.form?.dispatchEvent(new Event(kind));
  }
}
