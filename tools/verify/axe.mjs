// axe in a real browser. An order in (JSON on standard input: browser, modules, files, views); a line
// of JSON out for every violation: file, rule, message, place. Ends with how many pages it looked at.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const order = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(pathToFileURL(`${order.modules}/`));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const say = (row) => console.log(JSON.stringify(row));

const browser = await chromium.launch({ executablePath: order.browser, args: ['--no-sandbox'] });
for (const file of order.files) {
  for (const [width, colorScheme] of order.views) {
    const place = `${width} pixels, ${colorScheme}`;
    const tell = (rule, message) => say({ file, rule, message, place });
    // The page's own security policy forbids every script: axe is let in past it.
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    page.on('request', (r) => /^(file|data):/.test(r.url()) || tell('loads', r.url()));
    page.on('pageerror', (error) => tell('script', String(error).slice(0, 200)));
    await page.goto(pathToFileURL(file).href);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
    for (const v of violations) tell(v.id, `${v.help}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')}`);
    if (wide > width) tell('reflow', `the page is ${wide} pixels wide`);
    if (passes.length < 10) tell('silence', `only ${passes.length} rules had something to say`);
    await page.close();
  }
}
await browser.close();
say({ done: order.files.length });
