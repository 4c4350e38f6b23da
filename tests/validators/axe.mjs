// axe in a real browser. Pages in (JSON on standard input: browser, modules, pages, views); a line of
// JSON out for every violation, so that no line means no violation.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const order = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(pathToFileURL(`${order.modules}/`));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const browser = await chromium.launch({ executablePath: order.browser, args: ['--no-sandbox'] });
for (const file of order.pages) {
  for (const [width, colorScheme] of order.views) {
    // The page's own security policy forbids every script: axe is let in past it.
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    const met = [];
    page.on('request', (request) => /^(file|data):/.test(request.url()) || met.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
    const told = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')}`);
    if (wide > width) told.push(`the page is ${wide} pixels wide`);
    if (passes.length < 10) told.push(`only ${passes.length} rules had something to say`);
    told.push(...met.map((url) => `loads ${url}`));
    for (const words of told) console.log(JSON.stringify(`${file} at ${width}, ${colorScheme}: ${words}`));
    await page.close();
  }
}
await browser.close();
