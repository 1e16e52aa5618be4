// Puts the words of a 定型文 or of an earlier reply where the cursor stands, and notes from where they came.
// If the words cannot be fetched, the button sends the form as it does without script.
export function enhance(part) {
  const target = document.getElementById(part.dataset.target);
  if (!target) return;

  for (const button of part.querySelectorAll('button[name="do"]')) {
    button.addEventListener("click", async (event) => {
      if (button.dataset.plain !== undefined) return;
      const [kind, key] = button.value.split(":");
      const chosen = key ?? part.querySelector("select").value;
      event.preventDefault();
      try {
        const answer = await fetch(`${part.dataset.address}?${new URLSearchParams({ [kind]: chosen })}`, {
          headers: { Accept: "application/json" },
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        insert(found.text);
        note(found.token);
      } catch {
        button.dataset.plain = "";
        target.form.requestSubmit(button);
      }
    });
  }

  function insert(text) {
    const before = target.value.slice(0, target.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n\n" : "";
    target.setRangeText(gap + text, target.selectionStart, target.selectionEnd, "end");
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.focus();
  }

  function note(token) {
    const form = target.form;
    const known = Array.from(form.querySelectorAll('input[name="sources"]'));
    const same = known.find((each) => each.value === token);
    if (same?.type === "checkbox") same.checked = true;
    if (same) return;
    const source = document.createElement("input");
    source.type = "hidden";
    source.name = "sources";
    source.value = token;
    form.append(source);
  }
}
