// Shows a diagram wherever a page has an element with data-diagram-url or data-diagram-source.
//
//   data-diagram-url     address of the BPMN file
//   data-diagram-source  id of a <script type="application/json"> that holds the file as a string
//   data-passed          ids of elements and flows that tokens passed, as a JSON list
//   data-tokens          [{"element": "Task_A", "count": 2, "state": "active", "title": "..."}]
//                        state: active, incident or completed; instead of the attribute the
//                        element may hold one <script type="application/json"> with the list
//   data-label-*         the texts: zoom-in, zoom-out, fit, error
//
// The element gets data-ready="1" when the diagram and its badges stand, or data-error with the
// reason. Writing data-tokens or data-passed again draws them again. A click or Enter on an element
// of the diagram is told as a "diagram:select" event with detail.element, the id of the BPMN element.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import './viewer.css';

const LABELS = {
  'zoom-in': 'Zoom in',
  'zoom-out': 'Zoom out',
  fit: 'Fit to window',
  error: 'The diagram cannot be shown',
};
const BADGE_POSITION = { top: 0, right: 0 };
// Badges stay readable where a large diagram is shown small.
const BADGE_SCALE = { min: 0.7, max: 1.5 };
const STEP = 1.25;
const HOSTS = '[data-diagram-url], [data-diagram-source]';
const SVG = 'http://www.w3.org/2000/svg';

function label(host, name) {
  return host.getAttribute(`data-label-${name}`) || LABELS[name];
}

function readTokens(host) {
  const text = host.dataset.tokens ?? host.querySelector(':scope > script[type="application/json"]')?.textContent;
  return text ? JSON.parse(text) : [];
}

function badge({ count = 1, state = 'active', title = '' }) {
  const node = document.createElement('div');
  node.className = 'token-badge';
  node.dataset.state = state;
  node.textContent = String(count);
  if (title) node.title = title;
  return node;
}

function drawTokens(viewer, tokens) {
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  overlays.remove({ type: 'token' });
  for (const token of tokens) {
    // An element without a shape of its own (a file drawn in part) has no place for a badge.
    if (registry.get(token.element)) {
      overlays.add(token.element, 'token', {
        position: BADGE_POSITION,
        scale: BADGE_SCALE,
        html: badge(token),
      });
    }
  }
}

// Room around a fitted diagram, in pixels; at the top it keeps clear of the buttons.
const MARGIN = { top: 56, side: 24, bottom: 24 };

function fit(viewer) {
  const canvas = viewer.get('canvas');
  canvas.zoom(1);
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !inner.height || !outer.width || !outer.height) return;
  const room = { width: outer.width - 2 * MARGIN.side, height: outer.height - MARGIN.top - MARGIN.bottom };
  // A small diagram at its own size instead of blown up.
  const scale = Math.min(1, room.width / inner.width, room.height / inner.height);
  canvas.viewbox({
    x: inner.x - (MARGIN.side + (room.width - inner.width * scale) / 2) / scale,
    y: inner.y - (MARGIN.top + (room.height - inner.height * scale) / 2) / scale,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}

// On a phone a large diagram begins readable, at its first token, instead of whole and tiny.
const NARROW = 600;
const READABLE = 0.55;

function begin(viewer, tokens) {
  fit(viewer);
  const canvas = viewer.get('canvas');
  const place = viewer.get('elementRegistry').get(tokens[0]?.element);
  if (!place?.width || canvas.viewbox().outer.width > NARROW || canvas.zoom() >= READABLE) return;
  canvas.zoom(READABLE, { x: 0, y: 0 });
  const { width, height } = canvas.viewbox();
  const centre = { x: place.x + place.width / 2, y: place.y + place.height / 2 };
  canvas.viewbox({ x: centre.x - width / 2, y: centre.y - height / 2, width, height });
}

function zoomBy(viewer, factor) {
  const canvas = viewer.get('canvas');
  canvas.zoom(Math.min(4, Math.max(0.2, canvas.zoom() * factor)), 'auto');
}

function actionsOf(viewer) {
  return {
    'zoom-in': { icon: 'M8 3v10M3 8h10', keys: ['+', '='], run: () => zoomBy(viewer, STEP) },
    'zoom-out': { icon: 'M3 8h10', keys: ['-'], run: () => zoomBy(viewer, 1 / STEP) },
    fit: { icon: 'M3 6V3h3M10 3h3v3M13 10v3h-3M6 13H3v-3', keys: ['0'], run: () => fit(viewer) },
  };
}

function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

function addButtons(host, actions) {
  const bar = document.createElement('div');
  bar.className = 'diagram-buttons';
  for (const [name, action] of Object.entries(actions)) {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(icon(action.icon));
    button.title = label(host, name);
    button.setAttribute('aria-label', label(host, name));
    button.addEventListener('click', action.run);
    bar.append(button);
  }
  host.append(bar);
}

const SCROLLS = {
  ArrowLeft: { dx: 60, dy: 0 },
  ArrowRight: { dx: -60, dy: 0 },
  ArrowUp: { dx: 0, dy: 60 },
  ArrowDown: { dx: 0, dy: -60 },
};

function addKeys(canvasNode, viewer, actions) {
  canvasNode.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = Object.values(actions).find(({ keys }) => keys.includes(event.key));
    if (!action && !SCROLLS[event.key]) return;
    event.preventDefault();
    if (action) action.run();
    else viewer.get('canvas').scroll(SCROLLS[event.key]);
  });
}

// The wheel moves the diagram only while it has the focus; else it scrolls the page.
function tameWheel(canvasNode, viewer) {
  const zoomScroll = viewer.get('zoomScroll');
  zoomScroll.toggle(false);
  canvasNode.addEventListener('focusin', () => zoomScroll.toggle(true));
  canvasNode.addEventListener('focusout', () => zoomScroll.toggle(false));
}

function tellSelection(host, viewer) {
  viewer.on('element.click', ({ element }) => {
    const detail = { element: element.businessObject?.id ?? element.id };
    host.dispatchEvent(new CustomEvent('diagram:select', { bubbles: true, detail }));
  });
}

function markPassed(viewer, ids) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  for (const id of ids) {
    if (registry.get(id)) canvas.addMarker(id, 'passed');
  }
}

async function readDiagram(host) {
  const source = host.dataset.diagramSource;
  return source ? JSON.parse(document.getElementById(source).textContent) : fetchDiagram(host.dataset.diagramUrl);
}

async function fetchDiagram(url) {
  const response = await fetch(url, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response.text();
}

function showError(host, error) {
  const note = document.createElement('p');
  note.className = 'diagram-error';
  note.setAttribute('role', 'alert');
  note.textContent = `${label(host, 'error')}: ${error.message}`;
  host.replaceChildren(note);
  host.dataset.error = error.message;
}

async function show(host) {
  const xml = await readDiagram(host);
  const canvasNode = document.createElement('div');
  canvasNode.className = 'diagram-canvas';
  host.append(canvasNode);
  const viewer = new NavigatedViewer({ container: canvasNode });
  await viewer.importXML(xml);
  begin(viewer, readTokens(host));
  const draw = () => {
    markPassed(viewer, JSON.parse(host.dataset.passed ?? '[]'));
    drawTokens(viewer, readTokens(host));
  };
  draw();
  new MutationObserver(draw).observe(host, { attributeFilter: ['data-tokens', 'data-passed'] });
  const actions = actionsOf(viewer);
  addButtons(host, actions);
  addKeys(canvasNode, viewer, actions);
  tameWheel(canvasNode, viewer);
  tellSelection(host, viewer);
  host.dataset.ready = '1';
}

function mount(root) {
  const hosts = [...root.querySelectorAll(HOSTS)];
  if (root.matches?.(HOSTS)) hosts.push(root);
  for (const host of hosts) {
    if (host.dataset.mounted) continue;
    host.dataset.mounted = '1';
    show(host).catch((error) => showError(host, error));
  }
}

mount(document);
// htmx tells of every part of the page that it exchanges.
document.addEventListener('htmx:load', (event) => mount(event.detail.elt));
