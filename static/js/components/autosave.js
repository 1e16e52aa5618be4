// Saves a draft on the server while it is written: POST of the form to data-autosave, two seconds after the
// last key. Says so politely once; says clearly when it could not.
export function enhance(form) {
  const line = form.querySelector('[data-part="saved"]');
  const address = form.dataset.autosave;
  let timer;
  let saving = null;
  let sent = false;

  async function save() {
    saving?.abort();
    saving = new AbortController();
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: words(form),
        headers: { Accept: "application/json" },
        signal: saving.signal,
      });
      if (!answer.ok) throw new Error(await reasonOf(answer));
      const at = new Date().toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" });
      form.dataset.saved = "";
      say(`下書きを保存しました（${at}）`);
    } catch (error) {
      if (error.name === "AbortError") return;
      delete form.dataset.saved;
      say(`${error.message.endsWith("。") ? error.message : "下書きを保存できませんでした。"}書いた文は、この画面に残っています。`);
    }
  }

  function say(text) {
    if (line.textContent !== text) line.textContent = text;
  }

  function saveSoon() {
    delete form.dataset.saved;
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  }

  form.addEventListener("input", saveSoon);
  // What was typed before this file had come, or was put back by the browser.
  if ([...form.elements].some((each) => each.value !== (each.defaultValue ?? each.value))) saveSoon();
  form.addEventListener("submit", () => {
    sent = true;
    clearTimeout(timer);
    saving?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !sent && timer && form.dataset.saved === undefined) {
      clearTimeout(timer);
      navigator.sendBeacon(address, words(form));
    }
  });
}

// Why the server does not keep it, where it says so in words for people.
async function reasonOf(answer) {
  if (!answer.headers.get("Content-Type")?.includes("json")) return "";
  return String((await answer.json()).reason ?? "");
}

// What was written and chosen; files are sent with the form itself.
function words(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (typeof value !== "string") data.delete(name);
  return data;
}
