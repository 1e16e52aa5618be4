// Says how many rows are ticked, and lets all be ticked at once.
export function enhance(form) {
  const count = form.querySelector('[data-part="count"]');
  const plain = count.textContent;
  const boxes = Array.from(document.querySelectorAll(`input[type="checkbox"][form="${CSS.escape(form.id)}"]`));
  const all = document.createElement("button");

  if (!boxes.length) return;
  all.type = "button";
  all.className = "pt-button";
  all.dataset.kind = "quiet";
  all.dataset.small = "";
  count.after(all);

  function show() {
    const ticked = boxes.filter((box) => box.checked).length;
    count.textContent = ticked ? `${ticked.toLocaleString("ja")}件を選んでいます` : plain;
    all.textContent = ticked === boxes.length ? "選択をやめる" : "すべて選ぶ";
  }

  all.addEventListener("click", () => {
    const on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
    show();
  });
  for (const box of boxes) box.addEventListener("change", show);
  show();
}
