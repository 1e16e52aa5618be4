// Adds up what is ticked, or the numbers typed, and says what is left. The server checks again.
export function enhance(box) {
  const sum = box.querySelector('[data-part="sum"]');
  const limit = Number(box.dataset.limit);
  const unit = box.dataset.unit;
  const costs = box.dataset.costs ? JSON.parse(box.dataset.costs) : null;

  const told = (number) => `${number.toLocaleString("ja")}${unit}`;

  function total() {
    if (costs) {
      const ticked = Array.from(box.querySelectorAll("input:checked"));
      return ticked.reduce((together, input) => together + (costs[input.value] || 0), 0);
    }
    const typed = Array.from(box.querySelectorAll('input[type="text"]'));
    return typed.reduce((together, input) => together + (Number(input.value.normalize("NFKC")) || 0), 0);
  }

  function show() {
    const together = total();
    const left = limit - together;
    sum.hidden = false;
    sum.toggleAttribute("data-over", left < 0);
    sum.textContent =
      left < 0
        ? `いまの合計 ${told(together)}（${told(-left)}こえています）`
        : `いまの合計 ${told(together)}（あと${told(left)}）`;
  }

  box.addEventListener("input", show);
  show();
}
