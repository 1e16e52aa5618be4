// Finds what the page asks to be enhanced and loads only that. Every page works without it.
for (const element of document.querySelectorAll("[data-module]")) {
  for (const name of element.dataset.module.split(" ")) {
    import(`./components/${name}.js`).then((module) => module.enhance(element));
  }
}
