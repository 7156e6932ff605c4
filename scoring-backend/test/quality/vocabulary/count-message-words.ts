/**
 * Makes the list of words in `src/templates/vocabulary-words.ts`: those that occur in the message strings of most
 * independent packages installed on this machine. A message string is a literal of at least ten characters with at
 * least two blanks; a word counts once per package, so that no package's jargon gets in. Only words and their order are
 * kept. npm packages and Go modules are read when their licence is permissive; `std=` and `bin=` name folders whose
 * entries (modules, Debian's programs) are taken as packages without looking.
 *
 *     node scoring-backend/test/quality/vocabulary/count-message-words.ts 4000 npm=node_modules go=$HOME/go/pkg/mod \
 *       std=/usr/local/go/src std=/usr/lib/python3.11 bin=/usr/bin bin=/usr/sbin
 */
import { readdirSync, readFileSync, lstatSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

const LICENCES = /\b(MIT|ISC|Apache|BSD|0BSD|Unlicense|CC0|BlueOak|PSF|Python Software Foundation)\b/;
const LICENCE_FILE = /^(licen[sc]e|copying|notice)/i;
const PERMISSIVE_TEXT =
  /Apache License|MIT License|Permission is hereby granted|Redistribution and use in source|PYTHON SOFTWARE/;
const SOURCES = new Set(['.js', '.mjs', '.cjs', '.ts', '.go', '.py']);
const MAX_FILE_BYTES = 400_000;
const MAX_FILES = 400;
const LITERAL = /"((?:[^"\\\n]|\\.){10,200})"|'((?:[^'\\\n]|\\.){10,200})'|`([^`\\]{10,200})`/g;
/** Printable runs of a program file, as strings(1) shows them. */
const PRINTABLE = /[\x20-\x7e]{10,200}/g;
const MAX_PROGRAM_BYTES = 6_000_000;
const MIN_WORD = 2;

/** A package: where it lies and what kind of tree it came from. */
interface Package {
  readonly name: string;
  readonly path: string;
}

function main(args: readonly string[]): void {
  const [size, ...roots] = args;
  const packages = roots.flatMap((root) => {
    const [kind, path] = root.split('=');
    return kind === 'npm' ? npmPackages(path) : kind === 'go' ? goModules(path) : foldersOf(path);
  });
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  let counted = 0;
  for (const { name, path } of packages) {
    if (seen.has(name)) continue;
    seen.add(name);
    const words = wordsOf(path);
    if (words.size > 0) counted++;
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const ranked = [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, Number(size));
  process.stderr.write(
    `${counted} packages, ${counts.size} words, the last kept occurs in ${ranked.at(-1)?.[1] ?? 0}\n`,
  );
  process.stdout.write(`${ranked.map(([word]) => word).join(' ')}\n`);
}

function npmPackages(root: string): Package[] {
  return directories(root).flatMap((path) => {
    if (basename(path).startsWith('@')) return npmPackages(path);
    const manifest = textOf(join(path, 'package.json'));
    const licence = /"license"\s*:\s*"([^"]*)"/.exec(manifest)?.[1] ?? '';
    return LICENCES.test(licence) ? [{ name: `npm ${basename(path)}`, path }] : [];
  });
}

/** Folders `name@version`, one version of each. */
function goModules(root: string, depth = 0): Package[] {
  return directories(root).flatMap((path) => {
    const [name, version] = basename(path).split('@');
    if (version === undefined) return depth < 4 && name !== 'cache' ? goModules(path, depth + 1) : [];
    return isPermissive(path) ? [{ name: `go ${name}`, path }] : [];
  });
}

/** Each folder or file of a standard library as a package of its own. */
function foldersOf(root: string): Package[] {
  return readdirSync(root).map((entry) => ({ name: `std ${entry}`, path: join(root, entry) }));
}

function isPermissive(path: string): boolean {
  const file = readdirSync(path).find((entry) => LICENCE_FILE.test(entry));
  return file !== undefined && PERMISSIVE_TEXT.test(textOf(join(path, file)));
}

function directories(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(root, entry.name));
}

function wordsOf(path: string): Set<string> {
  const words = new Set<string>();
  for (const literals of literalsOf(path)) {
    for (const literal of literals) {
      if (!isMessage(literal)) continue;
      for (const [word] of literal
        .replaceAll(/%[a-z]|\$\{[^}]*\}|\\./g, ' ')
        .matchAll(/(?<![\w./-])[A-Za-z]+(?:'[a-z]+)?(?![\w/-]|\.\w)/g)) {
        if (word.length >= MIN_WORD && /^[A-Z]?[a-z']+$/.test(word)) words.add(word.toLowerCase());
      }
    }
  }
  return words;
}

function* literalsOf(path: string): Iterable<string[]> {
  if (isProgram(path)) yield readFileSync(path, 'latin1').match(PRINTABLE) ?? [];
  for (const file of sourcesOf(path).slice(0, MAX_FILES)) {
    yield [...textOf(file).matchAll(LITERAL)].map(([, double, single, back]) => double ?? single ?? back);
  }
}

/** An executable of Debian: its message strings are in its read-only data. */
function isProgram(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined || !status.isFile() || status.size > MAX_PROGRAM_BYTES) return false;
  return readFileSync(path).subarray(0, 4).toString('latin1') === '\x7fELF';
}

/** Mostly words: code, markup and lists of options hold other signs. */
function isMessage(literal: string): boolean {
  const blanks = literal.split(' ').length - 1;
  const letters = literal.replaceAll(/[^A-Za-z ]/g, '').length;
  return blanks >= 2 && letters >= literal.length * 0.8 && !/[{};]|=>|<\/?[a-z]/.test(literal);
}

function sourcesOf(path: string): string[] {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return [];
  if (!status.isDirectory()) return SOURCES.has(extname(path)) && status.size < MAX_FILE_BYTES ? [path] : [];
  return readdirSync(path)
    .filter((entry) => !/^(node_modules|test|tests|testdata|__pycache__|\..*)$|_test\.go$/.test(entry))
    .flatMap((entry) => sourcesOf(join(path, entry)));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

main(process.argv.slice(2));
