// A button that shows the password while it is pressed in; the field is hidden again before it is sent.
export function enhance(element) {
  const control = element.querySelector("input");
  const button = document.createElement("button");

  button.type = "button";
  button.className = "pt-button";
  button.dataset.kind = "secondary";
  button.dataset.small = "";
  button.setAttribute("aria-controls", control.id);

  function show(visible) {
    control.type = visible ? "text" : "password";
    button.textContent = visible ? "隠す" : "表示";
    button.setAttribute("aria-label", visible ? "パスワードを隠す" : "パスワードを表示する");
  }

  button.addEventListener("click", () => show(control.type === "password"));
  control.form?.addEventListener("submit", () => show(false));
  control.after(button);
  show(false);
}
