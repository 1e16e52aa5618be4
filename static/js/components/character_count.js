// Counts what people see as characters (grapheme clusters), as the server does, and says it aloud
// only after a pause. Nothing that was typed is ever cut.
const segmenter = "Segmenter" in Intl ? new Intl.Segmenter("ja", { granularity: "grapheme" }) : null;

export function count(text) {
  const plain = text.replace(/\r\n?/g, "\n");
  if (!segmenter) return Array.from(plain).length;
  let total = 0;
  for (const _ of segmenter.segment(plain)) total += 1;
  return total;
}

export function enhance(element) {
  const limit = Number(element.dataset.limit);
  const control = element.querySelector("textarea, input");
  const shown = element.querySelector('[data-part="count"]');
  const spoken = document.createElement("span");
  let pause;

  spoken.className = "pt-visually-hidden";
  spoken.setAttribute("role", "status");
  element.append(spoken);

  function show() {
    const left = limit - count(control.value);
    const text =
      left >= 0
        ? `あと${left.toLocaleString("ja")}文字（${limit.toLocaleString("ja")}文字まで）`
        : `${(-left).toLocaleString("ja")}文字多いです（${limit.toLocaleString("ja")}文字まで）`;
    shown.textContent = text;
    shown.toggleAttribute("data-over", left < 0);
    clearTimeout(pause);
    pause = setTimeout(() => {
      if (left < 0 || left <= limit / 10) spoken.textContent = text;
    }, 1200);
  }

  control.addEventListener("input", show);
  if (control.value) show();
}
