// The conditions of a survey, read as the server reads them (surveys/domain/conditions.py).
const END = "end";
const ORDER = {
  gt: (value, mark) => value > mark,
  ge: (value, mark) => value >= mark,
  lt: (value, mark) => value < mark,
  le: (value, mark) => value <= mark,
};

export function visible(rules, read) {
  const known = { ...rules.known };
  const sections = new Set();
  const questions = new Set();
  let boundFor = "";
  for (const section of rules.sections) {
    if (boundFor && section.code !== boundFor) continue;
    boundFor = "";
    if (!holds(section.condition, known)) continue;
    sections.add(section.code);
    for (const question of section.questions) {
      if (!holds(question.condition, known)) continue;
      questions.add(question.code);
      const atoms = read(question.code);
      if (atoms) known[question.code] = atoms;
    }
    boundFor = section.jumps.find((jump) => holds(jump.condition, known))?.to ?? "";
    if (boundFor === END) break;
  }
  return { sections, questions };
}

export function holds(condition, known) {
  if (!condition) return true;
  switch (condition.op) {
    case "all":
      return condition.of.every((each) => holds(each, known));
    case "any":
      return condition.of.some((each) => holds(each, known));
    case "not":
      return !holds(condition.of, known);
    case "answered":
      return condition.part ? at(known, condition).length > 0 : condition.question in known;
    default:
      return compares(condition, at(known, condition));
  }
}

function at(known, condition) {
  return known[condition.question]?.[condition.part] ?? [];
}

function compares(condition, atoms) {
  if (!atoms.length) return false;
  const values = condition.values;
  if (condition.op === "eq") {
    return atoms.every((atom) => values.includes(atom)) && values.every((value) => atoms.includes(value));
  }
  if (condition.op === "in") return atoms.some((atom) => values.includes(atom));
  if (condition.op === "contains") return values.every((value) => atoms.includes(value));
  const mark = measure(values[0]);
  return mark !== null && atoms.some((atom) => measure(atom) !== null && ORDER[condition.op](measure(atom), mark));
}

function measure(text) {
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(day) ? null : day / 86_400_000 + 719_163;
}

// What a question was answered with, by part; null for no answer. What is wrong counts as no answer only on the server.
export function atomsOf(form, code, kind) {
  const parts = {};
  for (const [name, value] of new FormData(form)) {
    const part = name === code ? "" : name.startsWith(`${code}-`) ? name.slice(code.length + 1) : null;
    const given = typeof value === "string" ? value.trim() : "";
    if (part !== null && given) (parts[part] ??= []).push(given);
  }
  if (kind === "file") {
    const chosen = form.elements[`file-${code}`]?.files?.length;
    return chosen || parts[""] ? { "": parts[""] ?? ["?"] } : null;
  }
  if (kind === "number" && parts[""]) parts[""] = [plain(parts[""][0])];
  const rows = Object.keys(parts).filter((part) => part && part !== "other");
  if (kind === "points") {
    for (const part of rows) if (!Number(plain(parts[part][0]))) delete parts[part];
  }
  if (kind === "matrix" || kind === "matrix_multiple" || kind === "ranking") {
    parts[""] = rows.flatMap((row) => parts[row].map((value) => `${row}:${value}`));
  } else if (kind === "points") {
    parts[""] = rows.filter((part) => parts[part]);
  }
  return parts[""]?.length ? parts : null;
}

function plain(text) {
  const number = text.normalize("NFKC").replaceAll(",", "").match(/[+-]?[\d.]+/);
  return number && !Number.isNaN(Number(number[0])) ? String(Number(number[0])) : "";
}
