// citeproc-js as an oracle: a job on standard input, its notes on standard output.
// Job: {styles: [{name, xml, lang}], locales: {tag: xml}, references, citations: [{note, items}]}
// Answer, a line for each style: {name, citations: [html], entries: [html], error}
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(process.env.ORACLE_HOME || import.meta.url);
const CSL = require('citeproc');
const job = JSON.parse(readFileSync(0, 'utf8'));
const items = new Map(job.references.map((r) => [String(r.id), r]));
const sys = {
  retrieveItem: (id) => JSON.parse(JSON.stringify(items.get(String(id)))),
  retrieveLocale: (tag) => job.locales[tag] || job.locales[tag.slice(0, 2)] || job.locales['en-US'],
};

function render({ name, xml, lang }) {
  const engine = new CSL.Engine(sys, xml, lang, true);
  const clusters = job.citations.map((c, n) => ({
    citationID: `c${n}`,
    citationItems: c.items.map((i) => ({ ...i })),
    properties: { noteIndex: engine.opt.class === 'note' ? c.note : 0 },
  }));
  const citations = engine.rebuildProcessorState(clusters, 'html', []).map((row) => row[2]);
  const list = job.bibliography && engine.makeBibliography();
  return { name, citations, entries: list ? list[1] : [] };
}

const quiet = () => {};
CSL.debug = quiet;
for (const style of job.styles) {
  let answer;
  try {
    answer = render(style);
  } catch (error) {
    answer = { name: style.name, citations: [], entries: [], error: String(error && error.message || error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
