// Points to share out: says how many are left while they are given.
export function enhance(element) {
  const total = Number(element.dataset.total);
  const line = element.querySelector('[data-part="total"]');
  const fields = [...element.querySelectorAll("input")];

  function show() {
    const spent = fields.reduce((sum, field) => sum + (Number(field.value.normalize("NFKC").trim()) || 0), 0);
    const left = total - spent;
    line.toggleAttribute("data-over", left < 0);
    line.textContent =
      left === 0
        ? `合わせて${total}点です。`
        : left > 0
          ? `いま${spent}点。あと${left}点配れます（合わせて${total}点）。`
          : `いま${spent}点。${-left}点減らしてください（合わせて${total}点）。`;
  }

  line.setAttribute("role", "status");
  element.addEventListener("input", show);
  if (fields.some((field) => field.value)) show();
}
