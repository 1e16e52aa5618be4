// Copies the few files the pages load from node_modules/ to static/vendor/<name>@<version>/,
// with each licence and one manifest of SHA-256 sums that a test compares.
// Run after `npm ci`: `node vendor.mjs`. The result is committed: a server needs no node.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "..", "static", "vendor");

// Only what a page loads. The folder is named by the last part of the package's name.
const wanted = {
  "@digital-go-jp/design-tokens": ["dist/tokens.css", "LICENSE"],
  "htmx.org": ["dist/htmx.min.js", "LICENSE"],
};

async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

await rm(vendor, { recursive: true, force: true });
const packages = [];
for (const [name, files] of Object.entries(wanted)) {
  const source = join(here, "node_modules", ...name.split("/"));
  const { version, license } = JSON.parse(await readFile(join(source, "package.json"), "utf8"));
  const folder = `${name.split("/").at(-1)}@${version}`;
  await mkdir(join(vendor, folder), { recursive: true });
  for (const file of files) {
    await cp(join(source, ...file.split("/")), join(vendor, folder, file.split("/").at(-1)));
  }
  packages.push({ name, version, licence: license, folder });
}

const sums = {};
for (const file of await filesBelow(vendor)) {
  const path = relative(vendor, file).split(sep).join("/");
  sums[path] = createHash("sha256").update(await readFile(file)).digest("hex");
}
await writeFile(join(vendor, "manifest.json"), `${JSON.stringify({ packages, sha256: sums }, null, 2)}\n`);
