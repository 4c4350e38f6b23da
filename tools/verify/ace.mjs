// Ace by DAISY on several books with one start of Node. An order in (JSON on standard input: modules,
// files, folder); a line of JSON out for each book: file, report. Ends with how many it looked at.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const order = JSON.parse(readFileSync(0, 'utf8'));
const require = createRequire(pathToFileURL(`${order.modules}/`));
const ace = require('@daisy/ace-core');
const runner = require('@daisy/ace-axe-runner-puppeteer');
const say = (row) => console.log(JSON.stringify(row));

let number = 0;
for (const file of order.files) {
  const outdir = path.join(order.folder, String(++number));
  const options = { cwd: order.folder, outdir, verbose: false, silent: true, jobId: '' };
  try {
    const job = await ace(file, options, runner);
    say({ file, report: job[1] });
  } catch (error) {
    say({ file, error: String(error?.message ?? error).slice(0, 300) });
  }
}
say({ done: order.files.length });
process.exit(0);
