// Offers to copy the address, only where the browser lets us.
export function enhance(element) {
  const input = element.querySelector("input");
  const button = element.querySelector('[data-part="copy"]');
  const said = element.querySelector('[data-part="said"]');

  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
      said.textContent = "アドレスを写しました。";
    } catch {
      input.select();
      said.textContent = "写せませんでした。選ばれたアドレスを手で写してください。";
    }
  });
}
