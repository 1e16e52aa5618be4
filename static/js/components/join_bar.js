// Steps aside while what it offers is on the screen anyway.
export function enhance(bar) {
  const panel = document.querySelector(".pt-join");

  if (!panel || !("IntersectionObserver" in window)) return;
  new IntersectionObserver(([entry]) => {
    bar.hidden = entry.isIntersecting;
  }, { rootMargin: "0px 0px -96px" }).observe(panel);
}
