// What the preview's page does: shows the newest editions, and keeps the reader's place in them.
'use strict';

const $ = id => document.getElementById(id);
const shown = {slug: '', html: -1, pdf: -1, blocks: 'p'};
let events, editions = [], loading = 0;

// ---------------------------------------------------------------- the web page

const frame = () => document.querySelector('iframe.shown');
const blocksOf = page => [...(page?.querySelectorAll(shown.blocks) ?? [])];
const words = block => block.textContent.replace(/\s+/g, ' ').trim();

// Where the reader is: the first block in view, its words, and how far below the top it stands.
function readingPlace() {
  const page = frame()?.contentDocument;
  if (!page || !frame().contentWindow.scrollY) return null;
  const blocks = blocksOf(page);
  const number = blocks.findIndex(block => block.getBoundingClientRect().bottom > 0);
  if (number < 0) return {number: -1, scroll: frame().contentWindow.scrollY};
  return {number, words: words(blocks[number]), top: blocks[number].getBoundingClientRect().top};
}

function goBack(view, place) {
  if (!place) return;
  const blocks = blocksOf(view.document);
  if (place.number < 0 || !blocks.length) return jump(view, place.scroll ?? 0);
  const near = blocks.map((block, number) => [Math.abs(number - place.number), block])
    .filter(([, block]) => words(block) === place.words).sort(([a], [b]) => a - b)[0]?.[1];
  const block = near ?? blocks[Math.min(place.number, blocks.length - 1)];
  jump(view, view.scrollY + block.getBoundingClientRect().top - place.top);
}

// At once, whatever the page's own style says.
function jump(view, top) {
  view.scrollTo({top, behavior: 'instant'});
}

// The new page is loaded behind the old one and takes its place when the reader's place is found.
function loadPage(edition, again) {
  const turn = ++loading;
  const before = again ? blocksOf(frame()?.contentDocument).map(words) : [];
  const next = document.createElement('iframe');
  next.title = `Web page: ${edition.title}`;
  next.onload = () => {
    if (turn !== loading) return next.remove();
    const old = frame();
    if (again) goBack(next.contentWindow, readingPlace());
    next.classList.add('shown');
    old?.remove();
    [...$('frames').querySelectorAll('iframe:not(.shown)')].forEach(late => late.remove());
    next.contentWindow.addEventListener('scroll', follow, {passive: true});
    next.contentDocument.addEventListener('click', lead);
    if (before.length) pointOut(next.contentDocument, before);
    mark(editions.find(e => e.slug === shown.slug));
    document.dispatchEvent(new CustomEvent('page-shown', {detail: edition.versions.html}));
  };
  next.src = `/${edition.slug}.html?${edition.versions.html}`;
  $('frames').append(next);
}

// A link of the page leads where it would in a build: to another edition here, elsewhere in a tab.
function lead(event) {
  const link = event.target.closest('a[href]');
  if (!link || link.getAttribute('href').startsWith('#')) return;
  event.preventDefault();
  const [slug, form] = link.pathname.split('/').at(-1).split(/\.(?=[^.]*$)/);
  if (link.host !== location.host) open(link.href, '_blank', 'noopener');
  else if (editions.some(e => e.slug === slug)) {
    if (form === 'html') location.hash = slug;
    else if (form === 'pdf') open(`/${slug}.pdf`, '_blank', 'noopener');
  }
}

// What a save changed lights up for a moment; where it is out of view, a button leads to it.
function pointOut(page, before) {
  const known = new Set(before);
  const changed = blocksOf(page).filter(block => !known.has(words(block)) && words(block));
  const height = page.defaultView.innerHeight;
  const inView = block => {
    const {top, bottom} = block.getBoundingClientRect();
    return bottom > 0 && top < height;
  };
  $('changed').hidden = !changed.length || changed.some(inView);
  const light = block => block.animate(
    [{backgroundColor: 'rgba(255, 200, 60, .45)'}, {backgroundColor: 'transparent'}], 2500);
  changed.filter(inView).forEach(light);
  const first = changed[0];
  if (!first) return;
  $('changed').textContent = `${first.getBoundingClientRect().top < 0 ? '↑' : '↓'} Go to what you changed`;
  $('changed').onclick = () => { showBlock(first); light(first); $('changed').hidden = true; };
}

function showBlock(block) {
  const view = block.ownerDocument.defaultView;
  jump(view, view.scrollY + block.getBoundingClientRect().top - 120);
}

// ---------------------------------------------------------------- what was found, at its place

const TINT = {
  error: ['light-dark(#a3200d, #ffb4a6)', 'light-dark(#fdeeea, #3a1c16)'],
  warning: ['light-dark(#7a5200, #f0c774)', 'light-dark(#fdf5e2, #332810)'],
};
const NAMES = {error: 'Error', warning: 'Look at this'};
const ROOMY = new Set(['LI', 'DD', 'TD', 'TH', 'DT', 'FIGCAPTION']);

function mark(edition) {
  const page = frame()?.contentDocument;
  if (!page?.body || !edition) return;
  page.querySelectorAll('[data-preview]').forEach(note => note.remove());
  page.querySelectorAll('[data-preview-block]').forEach(block => {
    block.style.outline = '';
    block.removeAttribute('data-preview-block');
  });
  const blocks = blocksOf(page);
  edition.found.forEach(slip => {
    const block = blocks[slip.place];
    if (!block) return;
    const [ink, ground] = TINT[slip.severity];
    const note = page.createElement('div');
    note.dataset.preview = slip.code;
    note.lang = 'en';
    note.dir = 'ltr';
    note.textContent = `${NAMES[slip.severity]}: ${slip.message}`;
    Object.assign(note.style, {
      background: ground, borderInlineStart: `4px solid ${ink}`, color: ink, clear: 'both',
      font: '600 14px/1.4 system-ui, sans-serif', margin: '6px 0', padding: '6px 10px',
      textAlign: 'start', textIndent: '0', maxWidth: '65ch', whiteSpace: 'normal',
    });
    block.style.outline = `2px solid ${ink}`;
    block.dataset.previewBlock = '';
    ROOMY.has(block.tagName) ? block.append(note) : block.after(note);
  });
}

function line(slip) {
  const code = document.createElement('code');
  const signs = [...slip.line], from = slip.column - 1, to = from + slip.length;
  const start = Math.max(0, from - 60), end = Math.min(signs.length, to + 60);
  const marked = document.createElement('mark');
  marked.textContent = signs.slice(from, to).join('');
  code.append(start ? '…' : '', signs.slice(start, from).join(''), marked,
    signs.slice(to, end).join(''), end < signs.length ? '…' : '');
  code.dir = 'auto';
  return code;
}

function element(name, className, ...content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

function tell(edition) {
  const errors = edition.found.filter(slip => slip.severity === 'error').length;
  $('said').hidden = !edition.found.length;
  $('said').classList.toggle('errors', errors > 0);
  $('verdict').textContent = errors
    ? edition.versions.html
      ? 'These pages are the last good ones. They change again when what is named here is mended and saved.'
      : 'There are no pages yet. They come when what is named here is mended and saved.'
    : 'The pages are up to date. This is worth a look:';
  $('found').replaceChildren(...edition.found.map(slip => {
    const where = element('p', 'where', `${slip.file.split('/').at(-1)}, line ${slip.row}`);
    where.title = `${slip.file}:${slip.row}:${slip.column} ${slip.code}`;
    if (slip.place >= 0) {
      const go = element('button', '', 'Show it on the page');
      go.type = 'button';
      go.onclick = () => {
        const block = blocksOf(frame()?.contentDocument)[slip.place];
        if (block) showBlock(block);
      };
      where.append(go);
    }
    const said = element('p', '', element('span', 'kind', `${NAMES[slip.severity]}: `), slip.message);
    const item = element('li', slip.severity, said);
    if (slip.line.trim()) item.append(line(slip));
    if (slip.hint) item.append(element('p', 'hint', slip.hint));
    item.append(where);
    return item;
  }));
}

// ---------------------------------------------------------------- the PDF, page by page

const pages = () => [...$('sheets').querySelectorAll('figure')];
const watch = new IntersectionObserver(
  entries => entries.filter(entry => entry.isIntersecting).forEach(entry => draw(entry.target)),
  {root: $('sheets'), rootMargin: '60% 0px'});

// A page is drawn when it comes near, and a new one takes the old one's place when it is ready.
async function draw(page) {
  const wanted = `${shown.slug}/${page.dataset.page}.png`;
  const width = Math.min(2400, Math.ceil(page.firstChild.clientWidth * devicePixelRatio));
  const address = `/${wanted}?width=${width}&version=${shown.pdf}`;
  if (page.dataset.address === address || !width) return;
  page.dataset.address = address;
  const picture = new Image();
  picture.src = address;
  try { await picture.decode(); } catch { return; }
  if (page.dataset.address !== address) return;
  page.firstChild.src = address;
  document.dispatchEvent(new CustomEvent('sheet-shown', {detail: address}));
}

const near = page => {
  const room = $('sheets').getBoundingClientRect(), {top, bottom} = page.getBoundingClientRect();
  return bottom > room.top - room.height * .6 && top < room.bottom + room.height * .6;
};

function layPages(edition) {
  const have = pages();
  have.slice(edition.sizes.length).forEach(page => page.remove());
  edition.sizes.forEach(([width, height], index) => {
    const page = have[index] ?? sheet(index + 1);
    page.firstChild.style.aspectRatio = `${width} / ${height}`;
    page.firstChild.alt = `Page ${index + 1}`;
  });
  $('count').textContent = edition.sizes.length ? `${edition.sizes.length} pages` : '';
  pages().filter(near).forEach(draw);
}

function sheet(number) {
  const go = element('button', '', `Page ${number}`);
  go.type = 'button';
  go.title = 'Show where it begins in the web page';
  go.onclick = () => {
    const begins = frame()?.contentDocument?.getElementById(`page-${number}`);
    if (begins) showBlock(begins);
  };
  const page = element('figure', '', new Image(), element('figcaption', '', go));
  page.dataset.page = number;
  $('sheets').append(page);
  watch.observe(page);
  return page;
}

// The page of the PDF that the reader of the web page is on: the last mark above a third of it.
let last = '';
function follow() {
  if (!$('together').checked || document.body.dataset.view !== 'both') return;
  const view = frame().contentWindow;
  const marks = [...view.document.querySelectorAll('.page[data-label]')];
  const above = marks.filter(mark => mark.getBoundingClientRect().top < view.innerHeight / 3);
  const label = (above.at(-1) ?? marks[0])?.dataset.label ?? '1';
  if (label === last) return;
  last = label;
  const page = pages()[Number(label) - 1];
  if (page) $('sheets').scrollTo({top: page.offsetTop, behavior: 'instant'});
}

// ---------------------------------------------------------------- all of it

function show() {
  const named = slug => editions.find(e => e.slug === slug);
  const edition = named(decodeURIComponent(location.hash.slice(1))) ?? named(shown.slug) ?? editions[0];
  if (!edition) return;
  const again = shown.slug === edition.slug && shown.html > 0;
  if (shown.slug !== edition.slug) {
    $('sheets').querySelectorAll('figure').forEach(page => page.remove());
    frame()?.remove();
    $('sheets').scrollTop = 0;
    last = '';
    $('changed').hidden = true;
    Object.assign(shown, {slug: edition.slug, html: 0, pdf: 0});
  }
  document.title = `${edition.title} – preview`;
  document.body.classList.toggle('broken', edition.broken);
  tell(edition);
  if (edition.broken) $('changed').hidden = true;
  const {html = 0, pdf = 0} = edition.versions;
  if (html !== shown.html) {
    shown.html = html;
    loadPage(edition, again);
  } else mark(edition);
  if (pdf !== shown.pdf) {
    shown.pdf = pdf;
    layPages(edition);
  }
  $('open-html').href = `/${edition.slug}.html`;
  $('open-html').hidden = !html;
  $('open-pdf').href = `/${edition.slug}.pdf`;
  $('open-pdf').hidden = !pdf;
  const waiting = edition.broken ? 'No page yet' : 'One moment: the first pages are being set …';
  $('frames').querySelector('.empty').textContent = html ? '' : waiting;
  $('sheets').querySelector('.empty').textContent = pdf ? '' : waiting;
  $('state').textContent = state(edition);
}

function state(edition) {
  if (edition.broken) return 'Not up to date';
  if (edition.pressing) return 'PDF pages are being set …';
  const {html, pdf} = edition.seconds;
  return html && pdf ? `Up to date (web page ${html.toFixed(1)} s, PDF ${pdf.toFixed(1)} s)` : '';
}

function choices() {
  const old = [...$('edition').options].map(option => option.value + option.text).join();
  const options = editions.map(e => new Option(`${e.title} (${e.name})`, e.slug));
  if (options.map(option => option.value + option.text).join() === old) return;
  $('edition').replaceChildren(...options);
  $('edition').value = decodeURIComponent(location.hash.slice(1)) || shown.slug || editions[0]?.slug;
}

function listen(slug) {
  events?.close();
  events = new EventSource(`/events?edition=${encodeURIComponent(slug)}`);
  events.onmessage = event => {
    const news = JSON.parse(event.data);
    editions = news.editions;
    shown.blocks = news.blocks;
    choices();
    show();
  };
  events.onerror = () => {
    $('state').textContent = 'The preview has ended. Start it again with “make serve”.';
  };
}

$('edition').onchange = () => {
  location.hash = $('edition').value;
};
addEventListener('hashchange', () => {
  const slug = decodeURIComponent(location.hash.slice(1));
  if (!editions.some(e => e.slug === slug) || slug === shown.slug) return;
  frame()?.remove();
  $('sheets').querySelectorAll('figure').forEach(page => page.remove());
  Object.assign(shown, {slug, html: 0, pdf: 0});
  $('sheets').scrollTop = 0;
  $('edition').value = slug;
  last = '';
  $('changed').hidden = true;
  loading++;
  show();
  listen(slug);
});
document.querySelectorAll('[name=view]').forEach(choice => choice.onchange = () => {
  document.body.dataset.view = choice.value;
  pages().filter(near).forEach(draw);
});
addEventListener('resize', () => pages().filter(near).forEach(draw));
$('together').onchange = () => { last = ''; follow(); };
shown.slug = decodeURIComponent(location.hash.slice(1));
listen(shown.slug);
