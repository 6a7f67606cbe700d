// Builds what registration/static serves: two style sheets, the fonts, the scripts.
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { transform } from "esbuild";
import rtlcss from "rtlcss";
import * as sass from "sass";
import subsetFont from "subset-font";

const OUT = new URL("../registration/static/", import.meta.url);
const MODULES = new URL("node_modules/", import.meta.url);
const NOTO = new URL("@fontsource-variable/", MODULES);

const minify = async (text, loader) => (await transform(text, { loader, minify: true, legalComments: "none", charset: "utf8", target: ["es2020", "chrome109", "firefox115", "safari16"] })).code;

async function styles() {
  const { css } = sass.compile(new URL("scss/registration.scss", import.meta.url).pathname, {
    loadPaths: [new URL(".", import.meta.url).pathname], quietDeps: true,
  });
  await writeFile(new URL("css/registration.css", OUT), await minify(css, "css"));
  await writeFile(new URL("css/registration.rtl.css", OUT), await minify(rtlcss.process(css), "css"));
}

// One face from a source file: some of its characters, and only the weights that pages use.
async function face(source, name, characters) {
  const font = await readFile(new URL(source, NOTO));
  const options = { targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 700, default: 400 } } };
  const made = await subsetFont(font, characters, characters ? options : { ...options, keepAllGlyphs: true });
  await writeFile(new URL(`fonts/${name}.woff2`, OUT), made);
}

const range = (...pairs) => pairs.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i))).join("");
const ARABIC = range([0x20, 0x20], [0x600, 0x603], [0x606, 0x61c], [0x61e, 0x66d], [0x6d4, 0x6d4], [0xfd3e, 0xfd3f], [0x200c, 0x200f]);
const ARABIC_MORE = range([0x604, 0x605], [0x61d, 0x61d], [0x66e, 0x6d3], [0x6d5, 0x6ff], [0x750, 0x77f], [0x870, 0x891], [0x897, 0x8ff], [0xfb50, 0xfd3d], [0xfd40, 0xfdff], [0xfe70, 0xfefc]) + ARABIC;

// Chinese comes in slices by frequency of use, the last ones the most frequent; a browser without a
// Chinese face of its own takes only those that a page needs. Rarer characters are left to the
// reader's own face, except those of the names of States, which get a face of their own.
const FREQUENT = 89;

function holds(range, character) {
  return range.split(",").some((part) => {
    const [from, to = from] = part.trim().slice(2).split("-").map((hex) => parseInt(hex, 16));
    return from <= character.codePointAt(0) && character.codePointAt(0) <= to;
  });
}

const hex = (character) => `U+${character.codePointAt(0).toString(16)}`;
const chineseFace = (name, range) => `@font-face{font-family:"Noto Sans SC";font-weight:400 700;font-display:swap;src:url("../fonts/${name}.woff2") format("woff2");unicode-range:${range}}`;

async function chinese() {
  const css = await readFile(new URL("noto-sans-sc/index.css", NOTO), "utf8");
  const slices = [...css.matchAll(/@font-face \{[^}]*?\/files\/(noto-sans-sc-(\d+)-wght-normal\.woff2)[^}]*?unicode-range: ([^;]+);/g)]
    .map(([, file, number, range]) => ({ file: `noto-sans-sc/files/${file}`, number: Number(number), range }));
  const sliceOf = (character) => slices.find(({ range }) => holds(range, character));
  const sheet = [];
  await mkdir(new URL("fonts/chinese/", OUT), { recursive: true });
  for (const { file, number, range } of slices.filter((slice) => slice.number >= FREQUENT)) {
    await face(file, `chinese/${number}`);
    sheet.push(chineseFace(`chinese/${number}`, range));
  }
  const states = await readFile(new URL("../registration/seed/states.csv", import.meta.url), "utf8");
  const rare = [...new Set(states.match(/\p{Script=Han}/gu))].filter((each) => sliceOf(each)?.number < FREQUENT);
  for (const number of new Set(rare.map((each) => sliceOf(each).number))) {
    const own = rare.filter((each) => sliceOf(each).number === number);
    await face(sliceOf(own[0]).file, `chinese/states-${number}`, own.join(""));
    sheet.push(chineseFace(`chinese/states-${number}`, own.map(hex).join(",")));
  }
  await writeFile(new URL("css/chinese.css", OUT), await minify(sheet.join("\n"), "css"));
  for (const [character, name] of [["中", "names-chinese-1"], ["文", "names-chinese-2"]]) {
    await face(sliceOf(character).file, name, character);
  }
}

async function fonts() {
  for (const part of ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek"]) {
    await face(`noto-sans/files/noto-sans-${part}-wght-normal.woff2`, `noto-sans-${part}`);
  }
  const arabic = "noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2";
  await face(arabic, "noto-sans-arabic", ARABIC);
  await face(arabic, "noto-sans-arabic-ext", ARABIC_MORE);
  await face("noto-sans/files/noto-sans-cyrillic-wght-normal.woff2", "names-russian", "Русский");
  await face(arabic, "names-arabic", "العربية");
  await chinese();
  for (const family of ["noto-sans", "noto-sans-arabic", "noto-sans-sc"]) {
    await cp(new URL(`${family}/LICENSE`, NOTO), new URL(`fonts/${family}-OFL.txt`, OUT));
  }
}

await rm(new URL("fonts/", OUT), { recursive: true, force: true });
for (const folder of ["css", "fonts", "js", "img"]) await mkdir(new URL(`${folder}/`, OUT), { recursive: true });
await styles();
await fonts();
await cp(new URL("htmx.org/dist/htmx.min.js", MODULES), new URL("js/htmx.min.js", OUT));
await cp(new URL("htmx.org/LICENSE", MODULES), new URL("js/htmx-LICENSE.txt", OUT));
await cp(new URL("licences/govuk-frontend.txt", import.meta.url), new URL("css/govuk-frontend-LICENSE.txt", OUT));
for (const name of await readdir(new URL("js/", import.meta.url))) {
  await writeFile(new URL(`js/${name}`, OUT), await minify(await readFile(new URL(`js/${name}`, import.meta.url), "utf8"), "js"));
}

// Browsers keep these files for weeks: their address changes whenever one of them does.
const digest = createHash("sha256");
for (const folder of ["css", "js", "img"]) {
  for (const name of (await readdir(new URL(`${folder}/`, OUT))).sort()) digest.update(await readFile(new URL(`${folder}/${name}`, OUT)));
}
await writeFile(
  new URL("../templates/_macros/built.html", import.meta.url),
  `{#- Written by look/build.mjs: changes whenever a built file does. -#}\n{% set version = "${digest.digest("hex").slice(0, 12)}" %}\n`,
);
