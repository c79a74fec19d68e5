// The last step of the build: a .gz beside each file, for servers that send files as they are, and a look at the whole:
// a first load of more than 150 kB fails the build.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const limit = 150_000;
const dist = join(dirname(fileURLToPath(import.meta.url)), "dist");
const packable = new Set([".html", ".js", ".css", ".svg", ".webmanifest"]);

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

let total = 0;
for (const file of filesBelow(dist)) {
  if (!packable.has(extname(file))) continue;
  const packed = gzipSync(readFileSync(file), { level: 9 });
  writeFileSync(`${file}.gz`, packed);
  total += packed.length;
  console.log(`${String(packed.length).padStart(7)}  ${file.slice(dist.length)}`);
}
console.log(`${String(total).padStart(7)}  in all, of ${limit}`);
if (total > limit) {
  console.error("The wallboard has become too large to load.");
  process.exit(1);
}
