// Books opened in the reader libraries foliate-js and epub.js, in a real browser: the contents lead to
// their places, and each note opens. An order in (JSON on standard input: browser, modules, files); a
// line of JSON out for each fault: file, rule, message. Ends with how many books and notes were opened.
import { readFileSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const order = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(pathToFileURL(`${order.modules}/`));
const { chromium } = require('playwright-core');
const say = (row) => console.log(JSON.stringify(row));
const HOME = 'http://reader.invalid/';
const TYPES = { '.js': 'text/javascript', '.html': 'text/html', '.epub': 'application/epub+zip' };

const FOLIATE = `<!doctype html><meta charset="utf-8"><body><script type="module">
import { makeBook } from '/foliate-js/view.js';
import { FootnoteHandler } from '/foliate-js/footnotes.js';
const number = (text) => Number([...text.normalize('NFKD')].map((c) => {
  for (const zero of [0x30, 0x660, 0x6f0, 0x966]) {
    const digit = c.codePointAt(0) - zero;
    if (digit >= 0 && digit < 10) return digit;
  }
  return '';
}).join(''));
const within = (promise) => Promise.race([promise, new Promise((_, no) => setTimeout(() => no(new Error('timeout')), 20000))]);
window.read = async () => {
  const faults = [];
  const data = await (await fetch('/book.epub')).blob();
  const book = await makeBook(new File([data], 'book.epub'));
  const place = async (href) => {
    const target = await book.resolveHref(href);
    const doc = await book.sections[target.index].createDocument();
    return target.anchor(doc);
  };
  const entries = [];
  const gather = (items) => { for (const item of items ?? []) { entries.push(item); gather(item.subitems); } };
  gather(book.toc); gather(book.pageList);
  for (const { href, label } of entries) {
    if ((await place(href).catch(() => null)) == null) faults.push(['contents', label + ' leads nowhere']);
  }
  let notes = 0;
  for (const section of book.sections) {
    const doc = await section.createDocument();
    for (const a of doc.querySelectorAll('sup > a')) {
      const n = number(a.textContent);
      const handler = new FootnoteHandler();
      handler.detectFootnotes = false;
      let shown = null;
      handler.addEventListener('before-render', (e) => document.body.append(e.detail.view));
      handler.addEventListener('render', (e) => { shown = e.detail; });
      const event = { detail: { a, href: section.resolveHref(a.getAttribute('href')) }, preventDefault() {} };
      const opened = handler.handle(book, event);
      if (!opened) { faults.push(['note', n + ' is no note to a reader']); continue; }
      try {
        await within(opened);
        const text = shown?.target?.ownerDocument?.body?.textContent?.trim() ?? '';
        if (shown?.target?.id !== 'fn-' + n) faults.push(['note', n + ' opens ' + shown?.target?.id]);
        else if (!['footnote', 'endnote'].includes(shown.type)) faults.push(['note', n + ' is a ' + shown.type]);
        else if (!text) faults.push(['note', n + ' opens empty']);
        notes += 1;
      } catch (error) { faults.push(['note', n + ' does not open: ' + String(error.message).slice(0, 100)]); }
      shown?.view?.close?.();
      shown?.view?.remove?.();
    }
  }
  return { faults, notes };
};
window.ready = true;
</script>`;
const EPUBJS = `<!doctype html><meta charset="utf-8"><body>
<script src="/jszip/dist/jszip.min.js"></script><script src="/epubjs/dist/epub.min.js"></script><script>
window.read = async () => {
  const faults = [];
  const book = ePub(await (await fetch('/book.epub')).arrayBuffer());
  await book.ready;
  const seen = new Map();
  const load = async (href) => {
    const section = book.spine.get(href) ?? book.spine.get(href.split('/').pop());
    if (!section) return null;
    if (!seen.has(section.index)) seen.set(section.index, await section.load(book.load.bind(book)));
    return seen.get(section.index);
  };
  const entries = [];
  const gather = (items) => { for (const item of items ?? []) { entries.push(item); gather(item.subitems); } };
  gather(book.navigation.toc);
  for (const { href, label } of entries) {
    const [file, id] = href.split('#');
    const root = await load(file);
    if (!root || (id && !root.querySelector('#' + CSS.escape(id)))) faults.push(['contents', label.trim() + ' leads nowhere']);
  }
  let notes = 0;
  for (const section of book.spine.spineItems) {
    const root = await load(section.href);
    if (!root) { faults.push(['spine', section.href + ' does not open']); continue; }
    for (const a of root.querySelectorAll('sup > a')) {
      const [file, id] = a.getAttribute('href').split('#');
      const home = await load(file || section.href);
      const note = home?.querySelector('#' + CSS.escape(id));
      if (!note?.textContent.trim()) faults.push(['note', a.textContent + ' opens nothing']);
      else notes += 1;
    }
  }
  return { faults, notes };
};
window.ready = true;
</script>`;

const browser = await chromium.launch({ executablePath: order.browser, args: ['--no-sandbox'] });
let books = 0;
let notes = 0;
for (const file of order.files) {
  for (const [library, shell] of [['foliate-js', FOLIATE], ['epub.js', EPUBJS]]) {
    const page = await browser.newPage();
    // Nothing is served and nothing fetched: the page, the library and the book are handed in.
    await page.route('**/*', (route) => {
      const url = new URL(route.request().url());
      if (!url.href.startsWith(HOME)) return route.continue();
      if (url.pathname === '/') return route.fulfill({ contentType: 'text/html', body: shell });
      const at = url.pathname === '/book.epub' ? file : path.join(order.modules, url.pathname);
      if (!existsSync(at)) return route.fulfill({ status: 404, body: '' });
      return route.fulfill({ contentType: TYPES[path.extname(at)] ?? 'application/octet-stream', body: readFileSync(at) });
    });
    try {
      await page.goto(HOME);
      await page.waitForFunction('window.ready', null, { timeout: 20000 });
      const told = await page.evaluate(() => window.read());
      for (const [rule, message] of told.faults) say({ file, rule: `${library} ${rule}`, message });
      notes += told.notes;
    } catch (error) {
      say({ file, rule: library, message: String(error.message ?? error).slice(0, 300) });
    }
    await page.close();
  }
  books += 1;
}
await browser.close();
say({ done: books, notes });
