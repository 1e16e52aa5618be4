// Puts the reader at the list of what to mend.
export function enhance(element) {
  element.focus();
}
