// Builds styles, islands and the icon sprite into headwater/ui/static/dist.
// Every name carries a hash of its content, and manifest.json maps plain names to hashed ones,
// so that the files can be served as immutable.
import { createHash } from "node:crypto";
import { execFile } from "node:child_process";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { gzipSync } from "node:zlib";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.resolve(here, "../headwater/ui/static/dist");
const watching = process.argv.includes("--watch");
const run = promisify(execFile);

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 10);

async function put(name, extension, content) {
  const file = `${name}-${hash(content)}.${extension}`;
  await writeFile(path.join(dist, file), content);
  return { [`${name}.${extension}`]: file };
}

async function scripts() {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: { app: "src/app.ts" },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["chrome111", "safari16.4", "firefox128"],
    minify: true,
    sourcemap: false,
    metafile: true,
    legalComments: "none",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    logLevel: "warning",
  });
  const manifest = {};
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    const entry = output.entryPoint;
    if (entry) manifest[`${path.basename(entry, ".ts")}.js`] = path.basename(file);
  }
  return { manifest, metafile: result.metafile };
}

// The script of tracked sites runs in pages of others: one classic file without imports, for older browsers too.
async function tracking() {
  const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: ["src/track/track.ts"],
    bundle: true,
    format: "iife",
    target: ["chrome80", "safari14.1", "firefox78"],
    minify: true,
    write: false,
    legalComments: "none",
    logLevel: "warning",
  });
  const content = Buffer.from(result.outputFiles[0].contents);
  const manifest = await put("track", "js", content);
  return { manifest, size: { files: Object.values(manifest), gzip: gzipSync(content).length } };
}

async function styles() {
  const bin = path.join(here, "node_modules/@tailwindcss/cli/dist/index.mjs");
  const out = path.join(dist, `.app-${process.pid}.css`);
  await run(process.execPath, [bin, "-i", "styles/app.css", "-o", out, "--minify"], { cwd: here });
  const css = await readFile(out);
  await rm(out);
  return put("app", "css", css);
}

async function icons() {
  const lucide = path.join(here, "node_modules/lucide-static/icons");
  const names = (await readFile(path.join(here, "icons.txt"), "utf8"))
    .split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  const own = new Set((await readdir(path.join(here, "icons"))).map((file) => file.replace(/\.svg$/, "")));
  const symbols = [];
  const all = [...new Set([...names, ...own])].sort();
  for (const name of all) {
    const file = own.has(name) ? path.join(here, "icons", `${name}.svg`) : path.join(lucide, `${name}.svg`);
    const svg = await readFile(file, "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    const paint = own.has(name) && svg.includes('fill="currentColor"')
      ? 'fill="currentColor" stroke="none"'
      : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${inner.replace(/\s+/g, " ").trim()}</symbol>`);
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
  await writeFile(path.join(dist, "icons.json"), JSON.stringify(all));
  return put("icons", "svg", sprite);
}

// What the browser must fetch for one entry: the entry and its static imports, gzipped.
async function sizes(metafile) {
  const table = {};
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint) continue;
    const seen = new Set();
    const queue = [file];
    while (queue.length) {
      const next = queue.pop();
      if (seen.has(next)) continue;
      seen.add(next);
      for (const item of metafile.outputs[next].imports) if (item.kind === "import-statement") queue.push(item.path);
    }
    let total = 0;
    for (const item of seen) total += gzipSync(await readFile(path.resolve(here, item))).length;
    table[path.basename(output.entryPoint, ".ts")] = { files: [...seen].map((item) => path.basename(item)), gzip: total };
  }
  return table;
}

async function build() {
  const started = performance.now();
  await mkdir(dist, { recursive: true });
  const [code, css, sprite, track] = await Promise.all([scripts(), styles(), icons(), tracking()]);
  const brand = await put("mark", "svg", await readFile(path.join(here, "mark.svg")));
  await writeFile(path.join(dist, "sizes.json"), JSON.stringify({ ...await sizes(code.metafile), track: track.size }, null, 1));
  // Last, so that a reader never sees a name whose file is not there yet.
  const manifest = { ...code.manifest, ...track.manifest, ...css, ...sprite, ...brand };
  await writeFile(path.join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));
  const kept = new Set([
    ...Object.values(manifest), ...Object.keys(code.metafile.outputs).map((file) => path.basename(file)),
    "manifest.json", "sizes.json", "icons.json",
  ]);
  // Files of the last hour stay: a page that is open asks for the chunks it was built with.
  for (const file of await readdir(dist)) {
    const place = path.join(dist, file);
    if (!kept.has(file) && Date.now() - (await stat(place)).mtimeMs > 3_600_000) await rm(place);
  }
  console.log(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

await build();
if (watching) {
  let timer;
  const again = () => { clearTimeout(timer); timer = setTimeout(() => build().catch(console.error), 150); };
  for (const folder of ["src", "styles", "icons", "../headwater"]) {
    watch(path.join(here, folder), { recursive: true }, (_event, file) => {
      if (!String(file).includes("dist") && /\.(ts|css|svg|html)$/.test(String(file))) again();
    });
  }
}
