// Finds what the page asks to be enhanced and loads only that. Every page works without it.
const version = new URL(import.meta.url).search;

for (const element of document.querySelectorAll("[data-module]")) {
  for (const name of element.dataset.module.split(" ")) {
    import(`./components/${name}.js${version}`).then((module) => module.enhance(element));
  }
}
