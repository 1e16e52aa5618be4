// A page of a survey: questions appear and go as the answers decide (the server decides all the same),
// words for その他 choose その他, and an answer that stands alone takes the others back.
import { atomsOf, visible } from "../survey_rules.js";

export function enhance(form) {
  const data = form.querySelector('script[type="application/json"]');
  const shown = form.querySelector('input[name="shown"]');

  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") standAlone(event.target);
  });
  form.addEventListener("input", (event) => {
    const other = event.target.id && form.querySelector(`[data-other="${event.target.id}"]`);
    if (other && event.target.value && !other.checked) {
      other.checked = true;
      other.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  if (!data) return;

  const rules = JSON.parse(data.textContent);
  const spoken = document.createElement("p");
  spoken.className = "pt-visually-hidden";
  spoken.setAttribute("role", "status");
  form.append(spoken);

  function show(speak) {
    const on = visible(rules, (code) => atomsOf(form, code, rules.kinds[code]));
    const come = [];
    for (const box of form.querySelectorAll("[data-question]")) {
      const is = on.questions.has(box.dataset.question);
      if (is && box.hidden) come.push(box);
      box.hidden = !is;
    }
    for (const section of form.querySelectorAll("[data-section]")) {
      section.hidden = !on.sections.has(section.dataset.section);
    }
    if (shown) shown.value = [...on.questions].join(" ");
    if (speak && come.length) spoken.textContent = `設問が${come.length}つ加わりました。`;
  }

  form.addEventListener("change", () => show(true));
  form.addEventListener("input", (event) => {
    if (event.target.matches("textarea, input[type=text], input[type=date]")) show(true);
  });
  show(false);
}

function standAlone(box) {
  const several = box.closest('[data-part="several"]');
  if (!several || !box.checked) return;
  for (const other of several.querySelectorAll("input[type=checkbox]")) {
    if (other !== box && ("alone" in box.dataset || "alone" in other.dataset)) other.checked = false;
  }
}
