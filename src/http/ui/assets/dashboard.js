// Keeps a page fresh and its charts readable with a cursor; every page works without it.

const SLOW = 15_000;
const GATHER = 1_500;
const root = document.documentElement;

// ── parts of the page are asked for again when something they show has changed ─────────────────────────────────────

const live = document.querySelector('[data-live]');
const stale = new Set();
let gathering;

function parts() {
  return [...document.querySelectorAll('[data-part]')];
}

function tell(state, word) {
  if (!live) return;
  live.dataset.state = state;
  live.querySelector('[aria-hidden]').textContent = state === 'on' ? '●' : '○';
  live.querySelector('[data-live-word]').textContent = word;
}

/** @param topic of the stream; every part where absent */
function changed(topic) {
  for (const part of parts())
    if (topic === undefined || part.dataset.topics.split(' ').includes(topic)) stale.add(part.dataset.part);
  if (gathering === undefined) gathering = setTimeout(refreshStale, GATHER);
}

async function refreshStale() {
  const asked = [...stale];
  stale.clear();
  if (document.hidden) for (const path of asked) stale.add(path);
  else await Promise.all(asked.map(refresh));
  gathering = undefined;
  if (stale.size > 0 && !document.hidden) changed();
}

async function refresh(path) {
  const part = parts().find((one) => one.dataset.part === path);
  // nobody's words are taken away while they are written
  if (!part || part.contains(document.activeElement?.closest('form'))) return;
  try {
    const answer = await fetch(path, { headers: { accept: 'text/html' } });
    if (answer.status !== 200) return;
    const template = document.createElement('template');
    template.innerHTML = await answer.text();
    const fresh = template.content.firstElementChild;
    if (fresh && fresh.textContent !== part.textContent) swap(part, fresh);
  } catch {
    tell('off', live?.dataset.liveOff ?? '');
  }
}

/** What is open stays open, and who stands on a link stands on it afterwards. */
function swap(part, fresh) {
  const said = part.querySelector('[aria-live]');
  // a region that is read out must stay the same element
  if (said) said.replaceChildren(...(fresh.querySelector('[aria-live]')?.childNodes ?? []));
  else {
    const open = [...part.querySelectorAll('details')].map((details) => details.open);
    const focus = part.contains(document.activeElement) ? placeOf(document.activeElement) : undefined;
    part.replaceChildren(...fresh.childNodes);
    for (const [i, details] of part.querySelectorAll('details').entries()) details.open = open[i] ?? false;
    if (focus) part.querySelector(focus)?.focus({ preventScroll: true });
    drawAll(part);
  }
  part.classList.remove('fresh');
  void part.offsetWidth;
  part.classList.add('fresh');
}

function placeOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute('href');
  return href ? `a[href="${CSS.escape(href)}"]` : element.localName;
}

function follow() {
  if (parts().length === 0) return tell('idle', live?.querySelector('[data-live-word]')?.textContent ?? '');
  // of decisions there may be thousands a second: every few seconds is often enough to look at the last ones
  const told = {
    anomaly: ['anomalies'],
    action: ['actions'],
    stats: ['stats', 'decisions'],
    reset: [undefined],
  };
  const stream = new EventSource('/v1/stream?topics=anomalies,actions,stats');
  let polling;
  const poll = () => {
    if (polling === undefined) polling = setInterval(() => changed(), SLOW);
    tell('slow', live?.dataset.liveSlow ?? '');
  };
  stream.addEventListener('open', () => {
    clearInterval(polling);
    polling = undefined;
    tell('on', live?.dataset.liveOn ?? '');
    changed();
  });
  for (const [name, topics] of Object.entries(told))
    stream.addEventListener(name, () => {
      for (const topic of topics) changed(topic);
    });
  stream.addEventListener('error', poll);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && stale.size > 0) changed();
  });
}

// ── moments are told anew as they pass ─────────────────────────────────────────────────────────────────────────────

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

function tellTimes() {
  const relative = new Intl.RelativeTimeFormat(root.lang, { numeric: 'auto', style: 'short' });
  for (const time of document.querySelectorAll('time[data-ago]')) {
    const passed = Date.parse(time.dateTime) - Date.now();
    const [unit, size] = UNITS.find(([, length]) => Math.abs(passed) >= length) ?? UNITS.at(-1);
    time.textContent = relative.format(Math.trunc(passed / size), unit);
  }
}

// ── charts with a cursor ───────────────────────────────────────────────────────────────────────────────────────────

function loadCharts() {
  const script = document.querySelector('script[data-charts]');
  const { charts, chartsStyle } = script?.dataset ?? {};
  if (!charts) return Promise.reject(new Error('no charts'));
  const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: chartsStyle });
  document.head.append(style);
  return new Promise((resolve, reject) => {
    const drawn = Object.assign(document.createElement('script'), { src: charts });
    drawn.addEventListener('load', () => resolve(globalThis.uPlot));
    drawn.addEventListener('error', reject);
    document.head.append(drawn);
  });
}

/** Told apart without colours, too; the same as `.stroke-0` and so on of the style. */
const STROKES = [
  ['--accent', []],
  ['--info', [8, 4]],
  ['--warn', [2, 3]],
  ['--good', [12, 4, 2, 4]],
  ['--bad', [5, 3]],
  ['--soft', [1, 5]],
];

function draw(uPlot, figure) {
  const { x, y, steps, lines } = JSON.parse(figure.dataset.chart);
  const { name, when, zone } = figure.dataset;
  const plot = figure.querySelector('.plot');
  const svg = plot.querySelector('svg');
  const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--soft'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  };
  const paths = steps ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear();
  const number = new Intl.NumberFormat(root.lang, { maximumFractionDigits: 2 });
  const span = x.at(-1) - x[0];
  const form = span > 2 * 86_400 ? DAYS : span < 86_400 ? CLOCK : undefined;
  const chart = new uPlot(
    {
      width: plot.clientWidth,
      height: 190,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), zone),
      scales: { y: { range: (_, low, high) => [Math.min(low, 0), high + (high - low || 1) * 0.08] } },
      axes: [
        { ...axis, space: 80, values: (_, ticks) => ticks.map((tick) => moment(tick, zone, form)) },
        { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => number.format(tick)) },
      ],
      series: [
        { label: when, value: (_, seconds) => moment(seconds, zone) },
        ...(lines ?? [{ name }]).map((line, i) => ({
          label: line.name,
          value: (_, value) => (value === null ? '' : number.format(value)),
          stroke: colour(STROKES[i][0]),
          dash: STROKES[i][1],
          ...(lines ? {} : { fill: colour('--area') }),
          width: 2,
          paths,
          points: { show: false },
        })),
      ],
      cursor: { y: false },
    },
    [x, ...(lines ? lines.map((line) => line.y) : [y])],
    plot,
  );
  svg.classList.add('unseen');
  figure.classList.add('drawn');
  new ResizeObserver(() => chart.setSize({ width: plot.clientWidth, height: 190 })).observe(plot);
}

const DAYS = { day: 'numeric', month: 'short' };
const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** @param form only the day, or only the time of it; both where it is absent */
function moment(seconds, timeZone, form = { ...DAYS, ...CLOCK }) {
  if (seconds === null) return '';
  return new Intl.DateTimeFormat(root.lang, { timeZone, ...form }).format(seconds * 1000);
}

let charts;

/** Charts are loaded once, and only where there are any; without them what the server drew stays. */
function drawAll(within) {
  const figures = [...within.querySelectorAll('[data-chart]')];
  if (figures.length === 0) return;
  charts ??= loadCharts();
  charts
    .then((uPlot) => {
      for (const figure of figures) draw(uPlot, figure);
    })
    .catch(() => undefined);
}

follow();
setInterval(tellTimes, 30_000);
drawAll(document);
